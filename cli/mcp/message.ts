/** JSON-RPC as it is needed to tell what a message is; everything else in it stays as it was sent. */
import { repeatsMember } from '../../protocol/json-members.ts';
import { holdsRounded } from '../../protocol/json-numbers.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type Id = string | number;

/** One message of a line, or of a batch. */
export type Message =
  | { readonly kind: 'request'; readonly id: Id; readonly method: string; readonly params: Fields; readonly whole: Fields }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Fields; readonly whole: Fields }
  | { readonly kind: 'response'; readonly id: Id; readonly result: unknown; readonly error: unknown; readonly whole: Fields }
  /** None of these: passed on as it is. */
  | { readonly kind: 'other'; readonly whole: Fields | undefined }; // prettier-ignore

export type Parsed =
  | { readonly kind: 'single'; readonly message: Message }
  | { readonly kind: 'batch'; readonly messages: readonly Message[] }
  | { readonly kind: 'blank' }
  /** `why`: what another reader might make of it. */
  | { readonly kind: 'unreadable'; readonly code: -32_700 | -32_600; readonly why: string; readonly id: Id | null };

/** Deeper than anything that is meant to be read. */
const MAX_DEPTH = 256;
/** Members that decide what a message does; some readers do not tell upper from lower case. */
const DECISIVE: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);
const OF_CALLS: ReadonlySet<string> = new Set(['name', 'arguments', '_meta', 'task', 'requeststate', 'inputresponses']);
const SPELLED: ReadonlySet<string> = new Set([...DECISIVE, 'name', 'arguments', '_meta', 'task', 'requestState', 'inputResponses']); // prettier-ignore

export function parseMessage(line: Buffer): Parsed {
  const text = line.toString('utf8');
  if (text.trim() === '') return { kind: 'blank' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Told to whoever sent it.
    return { kind: 'unreadable', code: -32_700, why: 'this is not JSON', id: null };
  }
  return Array.isArray(value)
    ? { kind: 'batch', messages: value.map(messageOf) }
    : { kind: 'single', message: messageOf(value) };
}

/**
 * INVARIANT: what a server is sent means to every reader what it meant to the one that judged it. For what a client sends;
 * `undefined` when it is clear.
 */
export function ambiguity(line: Buffer, parsed: Parsed): string | undefined {
  if (parsed.kind !== 'single' && parsed.kind !== 'batch') return undefined;
  const text = line.toString('utf8');
  // Bytes that are no UTF-8 are read in several ways.
  if (text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(line)) return 'it is not UTF-8';
  const value: unknown = JSON.parse(text);
  if (isDeeper(value, MAX_DEPTH)) return `it is nested more than ${MAX_DEPTH} levels deep`;
  if (repeatsMember(value, text)) return 'an object in it has two members of the same name';
  if (holdsRounded(text)) return 'a number in it is longer than every reader can hold; it may be sent as text';
  if (isCut(text)) return 'there is a carriage return in it, where some readers end a line';
  const all = Array.isArray(value) ? value : [value];
  if (all.some(isOddCall)) return 'it calls a tool, and its id is neither a text nor a number';
  if (all.some((one) => misspells(one, DECISIVE))) return 'a member is spelled in letters of another case than the protocol has'; // prettier-ignore
  if (all.some((one) => misspells(fieldsOf(one)?.['params'], OF_CALLS) && fieldsOf(one)?.['method'] === 'tools/call')) {
    return 'a member of the call is spelled in letters of another case than the protocol has';
  }
  return undefined;
}

/** The same bytes to every reader, for what a server sends: a client may be less strict, or more, than we are. */
export function plainly(line: Buffer): Buffer {
  const text = line.toString('utf8');
  const value: unknown = JSON.parse(text);
  const isUtf8 = !text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(line);
  return isUtf8 && !isCut(text) && !repeatsMember(value, text) ? line : lineOf(value);
}

/** Some readers end a line at every carriage return. */
function isCut(text: string): boolean {
  return text.trimEnd().includes('\r');
}

function isOddCall(value: unknown): boolean {
  const { id, method } = fieldsOf(value) ?? {};
  return method === 'tools/call' && id !== undefined && !isId(id);
}

function misspells(value: unknown, decisive: ReadonlySet<string>): boolean {
  return Object.keys(fieldsOf(value) ?? {}).some((key) => !SPELLED.has(key) && decisive.has(key.toLowerCase()));
}

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, levels - 1));
}

function messageOf(value: unknown): Message {
  const whole = fieldsOf(value);
  if (whole === undefined) return { kind: 'other', whole };
  const { id, method } = whole;
  const params = fieldsOf(whole['params']) ?? {};
  const answers = 'result' in whole || 'error' in whole;
  if (typeof method === 'string') {
    if (id === undefined) return { kind: 'notification', method, params, whole };
    // An id that is none is answered by the server, if at all; what it asks for is judged all the same.
    return { kind: 'request', id: isId(id) ? id : JSON.stringify(id), method, params, whole };
  }
  return answers && isId(id) ? { kind: 'response', id, result: whole['result'], error: whole['error'], whole } : { kind: 'other', whole }; // prettier-ignore
}

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function textAt(value: unknown, name: string): string | undefined {
  const held = fieldsOf(value)?.[name];
  return typeof held === 'string' ? held : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number';
}

export type Readable = Extract<Parsed, { kind: 'single' | 'batch' }>;

export function messagesOf(parsed: Readable): readonly Message[] {
  return parsed.kind === 'batch' ? parsed.messages : [parsed.message];
}

/** To be told what is wrong with it. */
export function idOf(parsed: Readable): Id | null {
  return parsed.kind === 'single' && parsed.message.kind === 'request' ? parsed.message.id : null;
}

/** `1` and `"1"` are two ids. */
export function keyOf(id: Id): string {
  return JSON.stringify(id);
}

export function lineOf(message: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(message)}\n`);
}

export function errorLine(id: Id | null, code: number, message: string): Buffer {
  return lineOf({ jsonrpc: '2.0', id, error: { code, message } });
}

const REVISION = 'io.modelcontextprotocol/protocolVersion';

/** A tool's own answer, which a model reads. `params`: of the call, which tell how results are written. */
export function refusalResult(text: string, params: Fields): Fields {
  const told = fieldsOf(params['_meta'])?.[REVISION] === undefined ? {} : { resultType: 'complete' };
  return { ...told, content: [{ type: 'text', text }], isError: true };
}
