/** The pages of what policies speak of: effects with their attributes, facts and conditions. */
import { z } from 'zod';

import { FIELDS } from '../../daemon/policy/vocabulary.ts';
import { EffectAttributes, EFFECTS } from '../../protocol/effect.ts';
import { FactData, FactNeed } from '../../protocol/facts.ts';
import { code, page, sentence, table } from './markdown.ts';

type Node = {
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly unknown[];
  readonly $ref?: string;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly $defs?: Readonly<Record<string, Node>>;
};

export function effectsPage(): string {
  const rows = Object.entries(EFFECTS).map(([name, meaning]) => [code(name), meaning]);
  const schema = schemaOf(EffectAttributes);
  return page(
    'Effects',
    'What an operation does, in a fixed vocabulary. Policy rules are written over these, never over command names.',
    table(['effect', 'meaning'], rows),
    '## Attributes',
    'What is known of an effect, in a condition as `effect.NAME`. What was not established is absent: it reads as `false`, ' +
      '`0`, `""` or `"unknown"`, and its name is not in `effect.known`. In an allowance it is never taken for an answer.',
    table(['attribute', 'values', 'meaning'], fieldRows(schema, schema)),
  );
}

export function factsPage(): string {
  const needs = schemaOf(FactNeed);
  const answers = schemaOf(FactData);
  const kinds = branches(needs, needs).map((need) => {
    const kind = need.properties?.['kind']?.const ?? '';
    const answer = branches(answers, answers).find(({ properties }) => properties?.['kind']?.const === kind);
    return [
      `## ${kind}`,
      sentence(need.description ?? ''),
      table(['field', 'values', 'meaning'], fieldRows(answer, answers)),
    ];
  });
  return page(
    'Facts',
    'What the engine may ask about the world. Every answer is recorded in the trace, so that an action can be judged again ' +
      'exactly. A fact that could not be looked at is unknown, which never lowers a score. In a decision test, `facts` gives ' +
      'the answers: `need` with these kinds, `data` with these fields.',
    ...kinds.flat(),
  );
}

export function conditionsPage(): string {
  const rows = Object.entries(FIELDS).flatMap(([variable, fields]) =>
    fields.map((field) => [
      code(`${variable}.${field}`),
      MEANINGS[`${variable}.${field}`] ?? 'see [effects](effects.md)',
    ]),
  );
  return page(
    'Conditions',
    'What `if` may speak of, in [CEL](https://cel.dev). `targets` and `effects` are lists of `target` and `effect`; `args` ' +
      'holds the arguments of a tool, under whatever names it has.',
    table(['name', 'meaning'], rows),
  );
}

function schemaOf(schema: z.ZodType): Node {
  const whole = z.toJSONSchema(schema, { io: 'input' }) as Node;
  return { ...resolved(whole, whole), ...(whole.$defs === undefined ? {} : { $defs: whole.$defs }) };
}

function resolved(node: Node, root: Node): Node {
  const name = node.$ref?.replace('#/$defs/', '');
  return name === undefined ? node : (root.$defs?.[name] ?? node);
}

function branches(node: Node, root: Node): readonly Node[] {
  return (node.oneOf ?? node.anyOf ?? [node]).map((one) => resolved(one, root));
}

function fieldRows(node: Node | undefined, root: Node): string[][] {
  const fields = Object.entries(node?.properties ?? {}).filter(([name]) => name !== 'kind');
  return fields.map(([name, field]) => [code(name), valuesOf(resolved(field, root), root), field.description ?? '']);
}

function valuesOf({ enum: words, type, items, properties }: Node, root: Node): string {
  if (words !== undefined) return words.map((word) => code(String(word))).join(', ');
  if (type === 'array') return `list of ${items === undefined ? 'values' : valuesOf(resolved(items, root), root)}`;
  if (properties !== undefined) return Object.keys(properties).map(code).join(', ');
  return { string: 'text', boolean: 'yes or no', integer: 'number', number: 'number' }[type ?? ''] ?? 'value';
}

const MEANINGS: Readonly<Record<string, string>> = {
  'effect.kind': 'one of the [effects](effects.md)',
  'effect.known': 'names of the attributes that were established',
  'target.kind': '`path`, `ref`, `url`, `host`, `database`, `table`, `resource`, `package`, `process`, `person`, `account`, `device` or `unknown`',
  'target.name': 'a whole path, `remote/branch`, a host name, a table, a person',
  'target.dynamic': 'the name is only known at run time',
  'operation.program': 'base name of the program, or `tool:NAME`, `mcp:SERVER/NAME`, `sql`, `http`',
  'operation.argv': 'its words, with quoting and variables resolved',
  'operation.cwd': 'where it runs; `?` when nobody can tell',
  'operation.via': 'the wrappers it was peeled out of',
  'operation.dynamic': 'some word is only known at run time',
  'action.kind': '`exec`, `tool`, `mcp`, `sql` or `http`',
  'action.agent': 'name of the agent',
  'action.cwd': 'where the action was asked for',
  'action.tool': 'name of the tool, or `""`',
  'action.server': 'name of the MCP server, or `""`',
  'action.policy': 'the named policy it asks for, or `""`',
  'session.known': 'whether the history of the session is known',
  'session.secretsRead': 'secrets that this session has read',
  'session.denied': 'targets that were denied in this session',
  'session.messaged': 'people this session has written to',
  'session.fetched': 'hosts on the network whose content this session fetched',
  'session.downloaded': 'files into which this session put what it fetched',
  'now.known': 'whether the time is known',
  'now.weekday': '`mon` to `sun`, by the clock of the machine',
  'now.hour': '0 to 23, by the clock of the machine',
  'now.minute': '0 or 30: the half hour that it is',
  'user.known': 'whether it is known who sits there',
  'user.tier': '`policy.userTier` of the settings, or `""`',
  'spend.known': 'whether anybody counts what this session spends',
  'spend.usd': 'US dollars that this session has spent',
  'data.personal': 'kinds of personal data that the action names: `address`, `bank`, `birth`, `card`, `email`, `health`, `identity`, `pay`, `phone`',
}; // prettier-ignore
