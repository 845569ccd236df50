/** The page of everything that `config.yaml` may say. */
import { z } from 'zod';

import { Config, DEFAULT_CONFIG } from '../../protocol/config.ts';
import { code, page, table } from './markdown.ts';

type Node = {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
};

// The form that zod gives to a schema with a name, using others with a name.
const schema = z.toJSONSchema(Config, { io: 'input' }) as { readonly $defs: Readonly<Record<string, Node>> };

export function settingsPage(): string {
  const groups = Object.entries(schema.$defs.Config?.properties ?? {}).filter(
    ([, node]) => node.properties !== undefined,
  );
  return page(
    'Settings',
    'What `config.yaml` may say; `countersign config path` tells where it lies. Everything may be left out, and a key that is ' +
      'not listed here is an error. An edit is in force about a second after it was saved. While the file does not load, what ' +
      'was in force before stays, at a start the defaults; `countersign status` and `countersign config check` name file, ' +
      'line and column. No setting but `policy.preset` can let anything through that would be asked about: what needs a human is ' +
      'the business of [policies](../guide/policies.md).',
    `\`\`\`yaml\n${example()}\`\`\``,
    table(
      ['setting', 'values', 'default', 'meaning'],
      groups.flatMap(([group, node]) => rows(group, node)),
    ),
  );
}

function rows(group: string, { properties = {} }: Node): string[][] {
  const defaults = DEFAULT_CONFIG[group as keyof typeof DEFAULT_CONFIG] as Readonly<Record<string, unknown>>;
  return Object.entries(properties).map(([name, node]) => [
    code(`${group}.${name}`),
    valuesOf(node),
    code(shownDefault(defaults[name])),
    node.description ?? '',
  ]);
}

/** As it is written in the file. */
function shownDefault(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}

function valuesOf(given: Node): string {
  const node = given.$ref === undefined ? given : (schema.$defs[given.$ref.replace('#/$defs/', '')] ?? given);
  if (node.anyOf !== undefined) return node.anyOf.map(valuesOf).join(' or ');
  if (node.enum !== undefined) return node.enum.map(code).join(', ');
  if (node.type === 'null') return code('null');
  if (node.items !== undefined) return `a list of ${valuesOf(node.items)}`;
  if (node.type === 'string') return `text of at most ${node.maxLength ?? 0} characters`;
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = node;
  return maximum === Number.MAX_SAFE_INTEGER ? `${minimum} and more` : `${minimum} to ${maximum}`;
}

function example(): string {
  return 'log:\n  level: debug\napprovals:\n  expirySeconds: 600\n';
}
