/** Everything with an id that policy files declare, with where it stands. */
import { parsePolicyFile } from '../../daemon/policy/parse-file.ts';
import type { PolicyFile, PolicyLayer, PolicySource } from '../../daemon/policy/schema.ts';

export type PolicyPart = {
  readonly id: string;
  readonly kind: 'rule' | 'loosening' | 'allowance' | 'argument' | 'sql' | 'message' | 'limit';
  readonly layer: PolicyLayer;
  readonly file: string;
  readonly line: number;
  /** The named policy it belongs to. */
  readonly policy?: string;
  readonly content: Readonly<Record<string, unknown>>;
};

const LISTS = [
  ['rule', ['rules']],
  ['loosening', ['loosen']],
  ['allowance', ['allow']],
  ['argument', ['tools', 'arguments']],
  ['sql', ['sql']],
  ['message', ['messages']],
  ['limit', ['limits']],
] as const;

/** A file that does not load has none. */
export function partsOf(sources: readonly PolicySource[]): PolicyPart[] {
  return sources.flatMap((source) => {
    const { file: parsed } = parsePolicyFile(source);
    if (parsed === undefined) return [];
    const { layer, file } = source;
    const policy = parsed.content.policy === undefined ? {} : { policy: parsed.content.policy };
    return LISTS.flatMap(([kind, path]) =>
      listAt(parsed.content, path).map((content, index): PolicyPart => {
        const { line } = parsed.at([...path, index]);
        return { id: String(content['id']), kind, layer, file, line, ...policy, content };
      }),
    );
  });
}

function listAt(content: PolicyFile, path: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  let value: unknown = content;
  for (const key of path) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return (value ?? []) as readonly Readonly<Record<string, unknown>>[]; // as the schema says of these lists
}
