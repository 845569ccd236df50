/** A tool call of an agent as it is judged: a shell command, a tool of an MCP server, or a tool by name. */
import { posix } from 'node:path';

import type { StdinKind } from '../../protocol/action.ts';
import { parseExactly } from '../../protocol/json-numbers.ts';
import { asFields, textAt, type Fields } from './fields.ts';

export type HookCall = {
  /** The client's id for it; a hint. */
  readonly id: string | undefined;
  readonly tool: string;
  /** As the client has it: what a rewrite changes one argument of. */
  readonly input: Fields;
  readonly means: Meaning;
  /** The agent's own words about it. */
  readonly said?: string | undefined;
};

export type Meaning =
  | {
      readonly kind: 'exec';
      readonly argv: readonly string[];
      readonly stdin: StdinKind;
      /** Absolute, or relative to the folder of the client. */
      readonly folder?: string | undefined;
      /** Where a safer command goes; absent when the client gave words instead of a text. */
      readonly commandKey?: string;
    }
  | { readonly kind: 'mcp'; readonly server: string; readonly tool: string }
  | { readonly kind: 'tool' };

export type Naming = {
  readonly shells: ReadonlySet<string>;
  /** Arguments of a shell by which the client chooses its folder, newer names first; it ignores others. */
  readonly folders: readonly string[];
  /** The argument of a shell with more variables for it. */
  readonly variables?: string;
  /** What standard input of a shell command is. */
  readonly stdin?: StdinKind;
  /** Whether a name belongs to an MCP server, and which. */
  readonly mcp: (tool: string) => { readonly server: string; readonly tool: string } | undefined;
};

const COMMANDS = ['command', 'cmd'] as const;

export function callOf(id: string | undefined, tool: string, given: unknown, naming: Naming): HookCall {
  const input = inputOf(given);
  const means = shellMeaning(tool, input, naming) ?? mcpMeaning(tool, naming) ?? { kind: 'tool' };
  return { id, tool, input, means, said: textAt(input, 'description', 'justification', 'explanation') };
}

/** Some clients hand over the arguments as JSON text; a list or a scalar becomes the value of one argument. */
function inputOf(given: unknown): Fields {
  if (typeof given === 'string') return asFields(parsedOrText(given)) ?? { input: given };
  return asFields(given) ?? (given === undefined || given === null ? {} : { input: given });
}

function parsedOrText(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    // A tool whose only argument is a text, such as a patch.
    return text;
  }
}

/** Throws when a shell is not told one command: what it would run then is not known. */
function shellMeaning(tool: string, input: Fields, naming: Naming): Meaning | undefined {
  const { shells, stdin = 'null' } = naming;
  if (!shells.has(tool)) return undefined;
  const [commandKey, second] = COMMANDS.filter((key) => input[key] !== undefined);
  if (commandKey === undefined || second !== undefined) throw new TypeError('it does not name one command');
  const shared = { kind: 'exec', stdin, folder: folderIn(input, naming) } as const;
  const [command, env] = [input[commandKey], variablesIn(input, naming)];
  if (typeof command === 'string') return { ...shared, argv: [...env, 'bash', '-c', command], ...(env.length === 0 ? { commandKey } : {}) }; // prettier-ignore
  const words = Array.isArray(command) ? command : [];
  if (words.length > 0 && words.every((word) => typeof word === 'string')) return { ...shared, argv: [...env, ...words] }; // prettier-ignore
  throw new TypeError('its command is neither a text nor a list of texts');
}

/** `?` when several are named: which of them counts, only the client knows. */
function folderIn(input: Fields, { folders }: Naming): string | undefined {
  const named = new Set(folders.flatMap((key) => textAt(input, key) ?? []));
  return named.size > 1 ? '?' : [...named][0];
}

/** As a program would be started with them: a variable can make anything of a command. */
function variablesIn(input: Fields, { variables = '' }: Naming): string[] {
  const given = Object.entries(asFields(input[variables]) ?? {});
  return given.length === 0 ? [] : ['env', ...given.map(([name, value]) => `${name}=${String(value)}`)];
}

function mcpMeaning(tool: string, { mcp }: Naming): Meaning | undefined {
  const found = mcp(tool);
  return found === undefined || found.server === '' || found.tool === '' ? undefined : { kind: 'mcp', ...found };
}

/** `mcp__fs__write_file`. */
export function doubleUnderscored(tool: string): { readonly server: string; readonly tool: string } | undefined {
  const [, server, name] = /^mcp__(.+?)__(.+)$/s.exec(tool) ?? [];
  return server === undefined || name === undefined ? undefined : { server, tool: name };
}

/**
 * A name that is joined to its server by a mark which both may hold themselves. INVARIANT: the tool keeps its whole name, so
 * that no verb of it is taken for a part of the server.
 */
export function joinedBy(mark: string, tool: string): { readonly server: string; readonly tool: string } | undefined {
  const at = tool.indexOf(mark);
  return at <= 0 || at === tool.length - 1 ? undefined : { server: tool.slice(0, at), tool };
}

/** `?` when nobody says where: paths that are relative to it are unknown then. */
export function folderOf(base: string | undefined, folder: string | undefined): string {
  const from = base?.startsWith('/') === true ? base : '?';
  if (folder === undefined || folder === '?') return folder ?? from;
  if (folder.startsWith('/')) return posix.normalize(folder);
  return from === '?' ? '?' : posix.join(from, folder);
}
