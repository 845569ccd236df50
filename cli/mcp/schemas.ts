/** Whether arguments are of the shape that a tool says it takes: looked at in the process of the gateway, which only its own clients wait for. */
import { textAt, type Fields } from './message.ts';

export type Schemas = {
  /** Replaces what is known of a tool. */
  know(tool: string, inputSchema: unknown): void;
  forget(tool: string): void;
  /** What is wrong with the arguments; `undefined` when nothing is, or nobody can tell. */
  problem(tool: string, args: Fields): Promise<string | undefined>;
};

type Check = (args: Fields) => string | undefined;

/** Of the drafts, those that the validators read. */
const OLD_DRAFT = /draft-0?[67]\b/;
const UNREAD_DRAFT = /draft-0?[1-5]\b|draft\/2019-09/;

/** Messages of one answer. */
const MAX_PROBLEMS = 3;

export function createSchemas(): Schemas {
  const schemas = new Map<string, unknown>();
  const checks = new Map<string, Promise<Check | undefined>>();
  const forget = (tool: string): void => {
    schemas.delete(tool);
    checks.delete(tool);
  };
  return {
    know(tool, inputSchema) {
      forget(tool);
      if (typeof inputSchema === 'object' && inputSchema !== null) schemas.set(tool, inputSchema);
    },
    forget,
    async problem(tool, args) {
      if (!schemas.has(tool)) return undefined;
      const check = checks.get(tool) ?? compiled(schemas.get(tool) as Fields); // only objects are kept
      checks.set(tool, check);
      return (await check)?.(args);
    },
  };
}

/** `undefined` for a schema that cannot be read: it says nothing about what is called. */
async function compiled(schema: Fields): Promise<Check | undefined> {
  const dialect = textAt(schema, '$schema') ?? '';
  if (UNREAD_DRAFT.test(dialect) || schema['$async'] !== undefined) return undefined;
  const Validator = OLD_DRAFT.test(dialect) ? (await import('ajv')).Ajv : (await import('ajv/dist/2020.js')).Ajv2020;
  try {
    const validator = new Validator({ strict: false, validateFormats: false, allErrors: true, logger: false });
    const validate = validator.compile(schema);
    return (args) => {
      if (validate(args) !== false) return undefined;
      return validator.errorsText(validate.errors?.slice(0, MAX_PROBLEMS), { dataVar: 'arguments', separator: '; ' });
    };
  } catch {
    // It refers to what is not here, or is no schema at all.
    return undefined;
  }
}
