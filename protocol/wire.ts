/**
 * The native wire protocol on `agent.sock`: one JSON object per line, at most {@link MAX_LINE_BYTES}.
 * The first byte of a connection is `{`; anything else is HTTP.
 */
import { z } from 'zod';

import { StdinKind } from './action.ts';
import { Obligation } from './assessment.ts';
import { ErrorCode } from './errors.ts';
import { MCP_REPLIES, MCP_REQUESTS } from './mcp.ts';

export const WIRE_VERSION = 1;

/** A command line on Linux is at most 2 MiB by default; JSON escapes can make it six times as long. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

const v = z.literal(WIRE_VERSION);

/** Asks about one program that is about to be executed. Invalid UTF-8 bytes in strings travel as `\udcXX`. */
export const WireAsk = z
  .strictObject({
    v,
    type: z.literal('ask'),
    id: z.string().min(1).max(64).describe('fresh for each execution; a retry repeats it'),
    entry: z.enum(['shim', 'seal', 'hook']),
    name: z.string().describe('what the program was called as'),
    executable: z.string().describe('absolute path of the real program'),
    argv: z.array(z.string()).min(1),
    cwd: z.string().describe('empty when the folder was deleted'),
    env: z.record(z.string(), z.string()),
    stdin: StdinKind,
    session: z.string().max(128).optional().describe('hint from the environment'),
  })
  .meta({ id: 'WireAsk' });
export type WireAsk = z.infer<typeof WireAsk>;

/** The agents whose hooks are understood. */
export const HookClient = z
  .enum(['claude-code', 'codex', 'gemini-cli', 'copilot-cli', 'opencode', 'openclaw', 'cursor'])
  .meta({ id: 'HookClient' });
export type HookClient = z.infer<typeof HookClient>;

/** What a client hands to its hook is never larger than this. */
export const MAX_PAYLOAD_CHARS = 4 * 1024 * 1024;

/**
 * Passes on what an agent's client told its hook, as the text that it was. The answer comes before `timeoutMs` is over;
 * a held action may be told of on the way.
 */
export const WireHook = z
  .strictObject({
    v,
    type: z.literal('hook'),
    id: z.string().min(1).max(64),
    client: HookClient,
    event: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('what the hook was installed for, where the text does not say'),
    payload: z.string().max(MAX_PAYLOAD_CHARS).describe('JSON of the client, untouched'),
    timeoutMs: z.int().min(1).max(86_400_000).describe('how long the client waits for the hook, from its start'),
    cwd: z.string().describe('of the hook process, for clients that tell none; empty when the folder was deleted'),
    env: z.record(z.string(), z.string()).describe('of the hook process, as for a program'),
  })
  .meta({ id: 'WireHook' });
export type WireHook = z.infer<typeof WireHook>;

/** Registers the sending process as the root of a governed agent run. The run ends when the connection closes. */
export const WireRun = z
  .strictObject({
    v,
    type: z.literal('run'),
    id: z.string().min(1).max(64),
    agent: z.string().min(1).max(128),
    argv: z.array(z.string()).min(1),
    cwd: z.string(),
    resume: z.string().optional().describe('session id to go on with after the daemon restarted'),
  })
  .meta({ id: 'WireRun' });
export type WireRun = z.infer<typeof WireRun>;

/** Ends a governed run with its exit status, before the connection closes. */
export const WireRunEnd = z
  .strictObject({
    v,
    type: z.literal('run-end'),
    id: z.string(),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    recording: z.string().optional(),
  })
  .meta({ id: 'WireRunEnd' });
export type WireRunEnd = z.infer<typeof WireRunEnd>;

/** Cancels a held request, for example on Ctrl-C. Closing the connection does the same. */
export const WireCancel = z.strictObject({ v, type: z.literal('cancel'), id: z.string() }).meta({ id: 'WireCancel' });
export type WireCancel = z.infer<typeof WireCancel>;

export const WirePing = z.strictObject({ v, type: z.literal('ping'), id: z.string() }).meta({ id: 'WirePing' });
export type WirePing = z.infer<typeof WirePing>;

export const WireRequest = z
  .discriminatedUnion('type', [WireAsk, WireHook, WireRun, WireRunEnd, WireCancel, WirePing, ...MCP_REQUESTS])
  .meta({ id: 'WireRequest' });
export type WireRequest = z.infer<typeof WireRequest>;

/** The action is held; a verdict follows on the same connection. `message` is one line without a newline. */
export const WireHeld = z
  .strictObject({ v, type: z.literal('held'), id: z.string(), approval: z.string(), message: z.string() })
  .meta({ id: 'WireHeld' });
export type WireHeld = z.infer<typeof WireHeld>;

/** The final answer. A client that does not know the verdict or one of the obligations denies. */
export const WireVerdict = z
  .strictObject({
    v,
    type: z.literal('verdict'),
    id: z.string(),
    verdict: z.enum(['allow', 'deny', 'compute']),
    message: z.string().optional().describe('always present on deny and compute; may hold newlines'),
    code: ErrorCode.optional(),
    argv: z.array(z.string()).optional().describe('what runs instead, for `compute`'),
    obligations: z.array(Obligation).optional(),
  })
  .meta({ id: 'WireVerdict' });
export type WireVerdict = z.infer<typeof WireVerdict>;

/** What the hook prints and how it exits, as the client of the agent understands it. */
export const WireHookAnswer = z
  .strictObject({
    v,
    type: z.literal('hook-answer'),
    id: z.string(),
    stdout: z.string(),
    exitCode: z.int().min(0).max(255),
    stderr: z.string().optional(),
  })
  .meta({ id: 'WireHookAnswer' });
export type WireHookAnswer = z.infer<typeof WireHookAnswer>;

export const WireRunStarted = z
  .strictObject({ v, type: z.literal('run-started'), id: z.string(), session: z.string() })
  .meta({ id: 'WireRunStarted' });
export type WireRunStarted = z.infer<typeof WireRunStarted>;

export const WirePong = z
  .strictObject({ v, type: z.literal('pong'), id: z.string(), version: z.string() })
  .meta({ id: 'WirePong' });
export type WirePong = z.infer<typeof WirePong>;

/** The request was refused as such; the client treats it as a deny. */
export const WireError = z
  .strictObject({ v, type: z.literal('error'), id: z.string(), code: ErrorCode, message: z.string() })
  .meta({ id: 'WireError' });
export type WireError = z.infer<typeof WireError>;

export const WireReply = z
  .discriminatedUnion('type', [
    WireHeld,
    WireVerdict,
    WireHookAnswer,
    WireRunStarted,
    WirePong,
    WireError,
    ...MCP_REPLIES,
  ])
  .meta({ id: 'WireReply' });
export type WireReply = z.infer<typeof WireReply>;
