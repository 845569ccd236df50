/** Hostile conversations with the sockets: valid messages mutated, and what was never valid. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';

import { EvaluateRequest } from '../../../protocol/agent-api.ts';
import { AccessEvaluationsRequest } from '../../../protocol/authzen.ts';
import { WireRequest } from '../../../protocol/wire.ts';

export type Door = 'agent' | 'control';

/** What one client writes, piece by piece, and whether it then says that it is done. */
export type Conversation = {
  readonly door: Door;
  readonly kind: string;
  readonly pieces: readonly Buffer[];
  readonly ends: boolean;
};

const CRLF = '\r\n';

const contract = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../contract/${name}.json`, import.meta.url), 'utf8'));

const ASK = { v: 1, type: 'ask', id: 'f1', entry: 'shim', name: 'ls', executable: '/bin/ls', argv: ['ls'], cwd: '/', env: {}, stdin: 'null' }; // prettier-ignore
const ASKS = [ASK, { ...ASK, id: 'f2', name: 'git', argv: ['git', 'status'] }, { ...ASK, id: 'f3', name: 'rm', argv: ['rm', '-rf', 'x'] }]; // prettier-ignore
/** Without the registration of runs: the fuzzer would be governed from then on, and refused before anything is read. */
const VALID_LINES = [...ASKS, ...every(contract('wire'))].filter((value) => {
  const { success, data } = WireRequest.safeParse(value);
  return success && data.type !== 'run';
});
const VALID_BODIES = [...every(contract('evaluate')), ...every(contract('access'))].filter(
  (value) => EvaluateRequest.safeParse(value).success || AccessEvaluationsRequest.safeParse(value).success,
);
const PATHS = [
  'GET /agent/health',
  'POST /agent/actions/evaluate',
  'POST /agent/actions/evaluate',
  'POST /agent/actions/evaluate',
  'GET /agent/requests/x',
  'GET /agent/requests/x?waitMs=1',
  'POST /agent/requests/x/cancel',
  'POST /agent/requests/x/outcome',
  // Not the route that opens one: the fuzzer would be governed from then on.
  'POST /agent/sessions/x/frames',
  'POST /agent/sessions/x/end',
  'POST /access/v1/evaluation',
  'POST /access/v1/evaluation',
  'POST /access/v1/evaluations',
  'GET /.well-known/authzen-configuration',
  'GET /agent/openapi.json',
  'GET /control/status',
  'GET /control/log?limit=2',
  'GET /control/traces/x',
  'POST /control/challenge',
  'POST /control/unlock',
  'POST /control/mode',
  'POST /control/pause',
  'POST /control/approvals/abcdef/votes',
  'GET http://countersign/agent/health',
  'OPTIONS *',
  'CONNECT countersign:1',
  'PRI *',
];

/** Values that parsers and schemas stumble over. */
const ODD_JSON = [
  'null', '0', '-0', '1e999', '-1e999', '9007199254740993', '123456789012345678901234567890', '""', '"\\u0000"', '"\\ud800"',
  '"\\udcff"', '[]', '{}', '{"__proto__":{"verdict":"allow"}}', '{"constructor":{"prototype":{}}}', 'true', '"\u202e"',
  '['.repeat(5_000) + ']'.repeat(5_000), '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000), `"${'x'.repeat(100_000)}"`,
]; // prettier-ignore

const HEADERS = [
  'Idempotency-Key: f-1', 'Idempotency-Key: "f 1"', 'Idempotency-Key: a\r\nIdempotency-Key: b', 'API-Version: 2', 'Prefer: wait=1', 'Prefer: wait=99999999999', 'X-Request-ID: \u00ff',
  'Host: x', 'Host: ', 'Host: x\r\nHost: y', 'Connection: close', 'Connection: keep-alive', 'Connection: Upgrade\r\nUpgrade: websocket',
  'Upgrade: h2c', 'Expect: 100-continue', 'Expect: nonsense', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: xchunked', 'Transfer-Encoding : chunked', 'Content-Length: 0', 'Content-Length: -1', 'Content-Length: 5\r\nContent-Length: 6',
  'Content-Length: 99999999999999999999', 'Content-Length: +5', 'X: a\r\n b', 'X:\tb\r\n\tc', 'X: \u0000', ': empty', 'no colon',
  `X-Long: ${'y'.repeat(20_000)}`, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'X-Countersign-Intent: rm \u001b[2J',
]; // prettier-ignore

export const conversations: fc.Arbitrary<Conversation> = fc.oneof(
  { weight: 6, arbitrary: conversation('line', fc.constant('agent' as const), lines()) },
  { weight: 6, arbitrary: conversation('http', fc.constantFrom<Door>('agent', 'control'), requests()) },
  { weight: 1, arbitrary: conversation('websocket', fc.constant('control' as const), webSocket()) },
  { weight: 2, arbitrary: conversation('bytes', fc.constantFrom<Door>('agent', 'control'), randomBytes()) },
);

function conversation(
  kind: string,
  doors: fc.Arbitrary<Door>,
  contents: fc.Arbitrary<Buffer>,
): fc.Arbitrary<Conversation> {
  const cuts = fc.oneof(
    { weight: 6, arbitrary: fc.constant('whole' as const) },
    { weight: 2, arbitrary: fc.array(fc.nat(2_000), { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constant('bytes' as const) },
  );
  return fc
    .tuple(doors, contents, cuts, fc.boolean())
    .map(([door, content, cut, ends]) => ({ door, kind, pieces: cutUp(content, cut), ends }));
}

/** A long message in single bytes would only take time. */
const MOST_SINGLE_BYTES = 600;

function cutUp(content: Buffer, cut: 'whole' | 'bytes' | readonly number[]): readonly Buffer[] {
  if (cut === 'whole' || (cut === 'bytes' && content.length > MOST_SINGLE_BYTES)) return [content];
  const places = cut === 'bytes' ? Array.from(content, (_, index) => index + 1) : [...cut].sort((a, b) => a - b);
  const ends = [...places.filter((place) => place < content.length), content.length];
  return ends
    .map((end, index) => content.subarray(index === 0 ? 0 : ends[index - 1], end))
    .filter(({ length }) => length > 0);
}

function lines(): fc.Arbitrary<Buffer> {
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...VALID_LINES).map((value) => JSON.stringify(value)) },
    { weight: 5, arbitrary: spoiltJson(VALID_LINES) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '{',
        '{}',
        '{"v":1}',
        '{"v":2,"type":"ask","id":"x"}',
        '{"type":"verdict","verdict":"allow"}',
      ),
    },
  );
  const ending = fc.constantFrom('\n', '\n', '\n', '\r\n', '', '\n\n', '\u0000\n');
  return (
    fc
      .array(fc.tuple(line, ending), { minLength: 1, maxLength: 4 })
      .map((all) => all.map(([text, end]) => text + end).join(''))
      // The first byte makes it this dialect.
      .chain((text) => spoiltBytes(Buffer.from(text.startsWith('{') ? text : `{${text}`)))
  );
}

function requests(): fc.Arbitrary<Buffer> {
  const body = fc.oneof(
    fc.constantFrom(...VALID_BODIES).map((value) => JSON.stringify(value)),
    spoiltJson(VALID_BODIES),
    fc.constantFrom('', '{}', 'x', ...ODD_JSON),
  );
  const framing = fc.constantFrom('length', 'length', 'chunked', 'both', 'short', 'long', 'none', 'bad-chunk');
  const one = fc
    .tuple(
      fc.constantFrom(...PATHS),
      fc.oneof(fc.constant<string[]>([]), fc.array(fc.constantFrom(...HEADERS), { maxLength: 4 })),
      body,
      framing,
      fc.constantFrom(...Array.from({ length: 16 }, () => 'HTTP/1.1'), 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9'),
    )
    .map(([path, headers, text, frame, version]) =>
      request(`${path} ${version}`, headers, path.startsWith('GET') && frame === 'length' ? '' : text, frame),
    );
  return fc.array(one, { minLength: 1, maxLength: 4 }).chain((all) => spoiltBytes(Buffer.concat(all)));
}

function request(line: string, headers: readonly string[], text: string, framing: string): Buffer {
  const body = Buffer.from(text);
  const chunk = Buffer.concat([
    Buffer.from(`${body.length.toString(16)}${CRLF}`),
    body,
    Buffer.from(`${CRLF}0${CRLF}${CRLF}`),
  ]);
  const framed: Readonly<Record<string, readonly [string, Buffer]>> = {
    length: [`Content-Length: ${body.length}`, body],
    short: [`Content-Length: ${Math.max(0, body.length - 3)}`, body],
    long: [`Content-Length: ${body.length + 40}`, body],
    chunked: ['Transfer-Encoding: chunked', chunk],
    both: [`Content-Length: ${body.length}${CRLF}Transfer-Encoding: chunked`, chunk],
    'bad-chunk': ['Transfer-Encoding: chunked', Buffer.from(`zz${CRLF}${text}${CRLF}`)],
    none: ['X: y', body],
  };
  const [header, payload] = framed[framing] ?? ['X: y', body];
  return Buffer.concat([Buffer.from([line, 'Host: x', header, ...headers, '', ''].join(CRLF), 'latin1'), payload]);
}

function webSocket(): fc.Arbitrary<Buffer> {
  const head = request(
    'GET /control/live HTTP/1.1',
    [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ],
    '',
    'none',
  );
  return fc.uint8Array({ maxLength: 400 }).map((frames) => Buffer.concat([head, frames]));
}

function randomBytes(): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ minLength: 1, maxLength: 2_000 }).map((bytes) => Buffer.from(bytes));
}

/** One place of a valid message replaced by something odd, doubled, or given another name. */
function spoiltJson(values: readonly unknown[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...values),
      fc.nat(),
      fc.constantFrom(...ODD_JSON),
      fc.constantFrom('replace', 'double', 'rename', 'add'),
    )
    .map(([value, place, odd, how]) => spoil(JSON.stringify(value), place, odd, how));
}

function spoil(text: string, place: number, odd: string, how: string): string {
  const members = [...text.matchAll(/"(\w+)":("(?:[^"\\]|\\.)*"|-?\d+|true|false|null|\[\]|\{\})/g)];
  const member = members[place % Math.max(1, members.length)];
  if (member === undefined || how === 'add') return text.replace(/\}$/, `,"__proto__":${odd}}`);
  const [whole, name] = member;
  const start = text.slice(0, member.index);
  const rest = text.slice(member.index + whole.length);
  if (how === 'rename') return `${start}${whole.replace(name ?? '', 'constructor')}${rest}`;
  return how === 'double' ? `${start}${whole},"${name}":${odd}${rest}` : `${start}"${name}":${odd}${rest}`;
}

/** Mostly left as it is; else a few bytes are changed, doubled or taken away. */
function spoiltBytes(bytes: Buffer): fc.Arbitrary<Buffer> {
  const edit = fc.tuple(
    fc.nat(Math.max(0, bytes.length - 1)),
    fc.constantFrom(0, 1, 2),
    fc.integer({ min: 0, max: 255 }),
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(bytes) },
    {
      weight: 1,
      arbitrary: fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
        let result = bytes;
        for (const [at, how, byte] of edits) {
          const middle = how === 0 ? [byte] : how === 1 ? [] : [result[at] ?? 0, byte];
          result = Buffer.concat([result.subarray(0, at), Buffer.from(middle), result.subarray(at + 1)]);
        }
        return result;
      }),
    },
  );
}

/** Every object in a contract file, at any depth. */
function every(value: unknown): readonly unknown[] {
  if (value === null || typeof value !== 'object') return [];
  return [...(Array.isArray(value) ? [] : [value]), ...Object.values(value).flatMap(every)];
}
