/** What a hostile client may be answered: nothing, or replies of the documented shape; `allow` only for what was asked well. */
import { z } from 'zod';

import { EvaluateRequest } from '../../../protocol/agent-api.ts';
import { AccessEvaluationRequest } from '../../../protocol/authzen.ts';
import { Problem } from '../../../protocol/errors.ts';
import { WireReply, WireRequest } from '../../../protocol/wire.ts';
import type { Conversation } from './cases.ts';

const OPENING_BRACE = 0x7b;

/** Names what is wrong with an answer; `undefined` when nothing is. */
export function faultOf({ door, pieces }: Conversation, answer: Buffer): string | undefined {
  const sent = Buffer.concat([...pieces]);
  if (answer.length === 0) return undefined;
  if (door === 'agent' && sent[0] === OPENING_BRACE) return nativeFault(sent.toString('utf8'), answer.toString('utf8'));
  return httpFault(sent, answer);
}

function nativeFault(sent: string, answer: string): string | undefined {
  if (!answer.endsWith('\n')) return 'an answer that is not a line';
  const asked = new Set(sent.split('\n').map((line) => WireRequest.safeParse(parsed(line)).data?.id));
  for (const line of answer.split('\n').slice(0, -1)) {
    const reply = WireReply.safeParse(parsed(line));
    if (!reply.success) return `not a reply: ${line.slice(0, 200)}`;
    if (reply.data.type === 'error' && reply.data.code === 'internal')
      return `the daemon failed: ${line.slice(0, 300)}`;
    if (reply.data.type === 'verdict' && !asked.has(reply.data.id))
      return `a verdict that nobody asked for: ${line.slice(0, 200)}`;
  }
  return undefined;
}

const Head = z.string().regex(/^HTTP\/1\.1 \d{3} [\x20-\x7e]*(\r\n[\w-]+: [\x20-\x7e]*)*$/);

function httpFault(sent: Buffer, answer: Buffer): string | undefined {
  let rest = answer;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.subarray(0, Math.max(0, end)).toString('latin1');
    if (end < 0 || !Head.safeParse(head).success) return `not an answer: ${rest.subarray(0, 200).toString('latin1')}`;
    // Frames of the live connection follow, in no form of HTTP.
    if (head.startsWith('HTTP/1.1 101')) return undefined;
    const body = rest.subarray(end + 4);
    const length = lengthOf(head, body);
    const fault = bodyFault(head, body.toString('utf8', 0, length), sent);
    if (fault !== undefined) return fault;
    rest = body.subarray(length);
  }
  return undefined;
}

const LAST_CHUNK = '0\r\n\r\n';

/** We send lengths; what Node's own parser refuses it answers in chunks, and without a word in them. */
function lengthOf(head: string, body: Buffer): number {
  if (/\r\ntransfer-encoding: chunked/i.test(head)) return body.indexOf(LAST_CHUNK) + LAST_CHUNK.length;
  return Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
}

function bodyFault(head: string, body: string, sent: Buffer): string | undefined {
  if (/application\/problem\+json/.test(head)) {
    const problem = Problem.safeParse(parsed(body));
    if (!problem.success) return `not a problem: ${body.slice(0, 200)}`;
    return problem.data.code === 'internal' ? `the daemon failed: ${body.slice(0, 300)}` : undefined;
  }
  if (!/application\/json/.test(head)) return undefined;
  const value = parsed(body);
  if (value === undefined) return `not JSON: ${body.slice(0, 200)}`;
  const isYes = value !== null && typeof value === 'object' && 'decision' in value && value.decision === true;
  const allowed =
    isYes || (value !== null && typeof value === 'object' && 'verdict' in value && value.verdict === 'allow');
  return allowed && !holdsEvaluate(sent) ? `an allow for what was not asked: ${body.slice(0, 200)}` : undefined;
}

/** Whether somewhere in what was sent there is a request that may be answered with `allow`. */
function holdsEvaluate(sent: Buffer): boolean {
  const text = sent.toString('utf8').replaceAll(/\r\n[0-9a-f]+(;[^\r\n]*)?\r\n/gi, '\r\n');
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    for (let end = text.indexOf('}', start); end >= 0; end = text.indexOf('}', end + 1)) {
      const value = parsed(text.slice(start, end + 1));
      if (EvaluateRequest.safeParse(value).success || AccessEvaluationRequest.safeParse(value).success) return true;
    }
  }
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What does not parse is told apart by being no value of JSON.
    return undefined;
  }
}
