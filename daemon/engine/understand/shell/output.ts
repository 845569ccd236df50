/** What a command prints, when its words alone say so; payloads are often spelled out and piped into a shell. */
import type { ParsedOperation, Word } from '../../types.ts';
import { MAX_SOURCE_CHARS } from '../limits.ts';
import { askText, type Place, type Run, type Text } from '../run.ts';
import { resolvePath } from '../paths.ts';
import { writtenBefore } from '../written.ts';
import { decodeBase64, decodeHex, echoEscapes, formatPrintf } from './decode.ts';

/** The text on standard output; `undefined` when it is not static. */
export function staticOutput(run: Run, operation: ParsedOperation): string | undefined {
  run.step();
  if (operation.dynamic || operation.remote !== undefined) return undefined;
  if (operation.redirects.some((redirect) => redirect.fd === 1 && redirect.op !== '<')) return undefined;
  return printed(run, operation);
}

/** What the operation prints, wherever it goes. */
function printed(run: Run, operation: ParsedOperation): string | undefined {
  const text = PRINTERS[operation.program]?.(run, operation);
  return text !== undefined && text.length <= MAX_SOURCE_CHARS ? text : undefined;
}

/** What an operation reads from standard input, when that is static. */
export function staticInput(
  run: Run,
  operation: Pick<ParsedOperation, 'stdin' | 'cwd' | 'remote'>,
): string | undefined {
  const { stdin } = operation;
  if (stdin.kind === 'pipe') return stdin.from && staticOutput(run, stdin.from);
  if (stdin.kind === 'text') return stdin.text.dynamic ? undefined : stdin.text.text;
  if (stdin.kind !== 'file') return undefined;
  const text = readText(run, placeOf(operation), stdin.path);
  return text.kind === 'known' ? text.text : undefined;
}

/** The text of a file a command would run: from the facts, or as an earlier operation of this action writes it. */
export function readText(run: Run, place: Place, path: Word): Text {
  const absolute = path.dynamic || path.glob ? undefined : resolvePath(place.cwd, path.text);
  if (absolute === undefined) return { kind: 'unknown' };
  const written = writtenBefore(run.operations, absolute);
  if (written.kind === 'untouched') return askText(run, place, absolute);
  const text = written.kind === 'output' && !written.of.dynamic ? printed(run, written.of) : undefined;
  return text === undefined ? { kind: 'changed' } : { kind: 'known', text };
}

/** Only folder and machine matter for reading a file. */
function placeOf(operation: Pick<ParsedOperation, 'cwd' | 'remote'>): Place {
  const { cwd, remote } = operation;
  return { cwd, remote, env: {}, via: [], privileged: false, effects: [], depth: 0, holes: [] };
}

type Printer = (run: Run, operation: ParsedOperation) => string | undefined;

const PRINTERS: Readonly<Record<string, Printer>> = {
  __proto__: null as never,
  echo: (_run, operation) => echo(operation.argv.slice(1)),
  printf: (_run, operation) => printf(operation.argv.slice(1)),
  pwd: (_run, operation) => (operation.cwd === '?' ? undefined : `${operation.cwd}\n`),
  cat,
  tee: staticInput,
  base64: (run, operation) => decoded(run, operation, /^(?:-d|-D|--decode|-di|-id)$/, decodeBase64),
  openssl: (run, operation) => decoded(run, operation, /^-(?:d|base64|a|A)$/, decodeBase64),
  xxd: (run, operation) => decoded(run, operation, /^-(?:r|p|ps|plain|rp|pr|revert)$/, decodeHex),
  rev: (run, operation) =>
    staticInput(run, operation)
      ?.split('\n')
      .map((line) => [...line].toReversed().join(''))
      .join('\n'),
  tr: (run, operation) => translate(staticInput(run, operation), operation.argv.slice(1)),
};

/** Programs that turn an unreadable spelling into text. */
export function isDecoder(program: string): boolean {
  return DECODERS.has(program);
}

const DECODERS = new Set(['base64', 'base32', 'basenc', 'openssl', 'xxd', 'rev']);

/** Whether an operation prints what such a program made. */
export function isDecoded(operation: ParsedOperation | undefined): boolean {
  for (let at = operation; at !== undefined; at = at.stdin.kind === 'pipe' ? at.stdin.from : undefined) {
    if (isDecoder(at.program)) return true;
  }
  return false;
}

function echo(args: readonly string[]): string {
  let index = 0;
  let newline = true;
  let escapes = false;
  for (; /^-[neE]+$/.test(args[index] ?? ''); index++) {
    const flags = args[index] ?? '';
    if (flags.includes('n')) newline = false;
    if (flags.includes('e')) escapes = true;
  }
  const text = args.slice(index).join(' ');
  return (escapes ? echoEscapes(text) : text) + (newline ? '\n' : '');
}

function printf(args: readonly string[]): string | undefined {
  const [format, ...values] = args[0] === '--' ? args.slice(1) : args;
  if (format === undefined || format.startsWith('-v')) return undefined;
  return formatPrintf(format, values);
}

function cat(run: Run, operation: ParsedOperation): string | undefined {
  const files = operation.words.slice(1).filter((word) => word.text !== '-');
  if (files.length === 0) return staticInput(run, operation);
  const [file] = files;
  if (files.length !== 1 || file === undefined || file.text.startsWith('-')) return undefined;
  const text = readText(run, placeOf(operation), file);
  return text.kind === 'known' ? text.text : undefined;
}

/** A decoder run on static input; other options or a file argument are not followed. */
function decoded(
  run: Run,
  operation: ParsedOperation,
  flag: RegExp,
  decode: (text: string) => string | undefined,
): string | undefined {
  const args = operation.argv
    .slice(1)
    .filter((arg) => arg !== 'enc' && arg !== 'base64' && arg !== '-i' && arg !== '-');
  if (args.length === 0 || !args.every((arg) => flag.test(arg))) return undefined;
  const input = staticInput(run, operation);
  return input === undefined ? undefined : decode(input);
}

/** `tr a-z n-za-m` and `tr -d x`, for plain sets and ranges. */
function translate(input: string | undefined, args: readonly string[]): string | undefined {
  if (input === undefined) return undefined;
  if (args[0] === '-d' && args.length === 2) {
    const gone = new Set(expandSet(args[1] ?? ''));
    return [...input].filter((char) => !gone.has(char)).join('');
  }
  if (args.length !== 2 || args.some((arg) => /^-.|\[|\\/.test(arg))) return undefined;
  const [from, to] = args.map((arg) => expandSet(arg));
  if (!from || !to || to.length === 0) return undefined;
  const table = new Map(from.map((char, index) => [char, to[Math.min(index, to.length - 1)] ?? char]));
  return [...input].map((char) => table.get(char) ?? char).join('');
}

function expandSet(set: string): string[] {
  const chars: string[] = [];
  for (let index = 0; index < set.length; index++) {
    const end = set[index + 1] === '-' ? set.charCodeAt(index + 2) : Number.NaN;
    const start = set.charCodeAt(index);
    if (Number.isNaN(end) || end < start || end - start > 128) chars.push(set[index] ?? '');
    else {
      for (let code = start; code <= end; code++) chars.push(String.fromCharCode(code));
      index += 2;
    }
  }
  return chars;
}
