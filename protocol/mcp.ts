/** What a gateway before MCP servers says to the daemon, on the native dialect of `agent.sock`, and what it is answered. */
import { z } from 'zod';

import { Obligation } from './assessment.ts';
import { ErrorCode } from './errors.ts';

const v = z.literal(1);
const id = z.string().min(1).max(64);
const channel = z.string().min(1).max(64).describe('id of the `mcp-open` it belongs to');
const name = z.string().min(1).max(256);

/** Longest text of one message: what a server says of its tools, the arguments of a call, what a tool answered. */
export const MAX_MCP_CHARS = 4 * 1024 * 1024;

const json = z.string().max(MAX_MCP_CHARS);

/** What is odd about a tool as its server offers it, in the words a prompt shows. */
export const TOOL_DOUBTS = {
  'look-alike': 'its name looks like the name of another tool',
  'same-name': 'a tool of another server has the same name',
  shadowing: 'its description speaks of tools of another server',
  unlisted: 'its server never listed it',
} as const;

export const ToolDoubt = z
  .enum(Object.keys(TOOL_DOUBTS) as [keyof typeof TOOL_DOUBTS, ...(keyof typeof TOOL_DOUBTS)[]])
  .meta({ id: 'ToolDoubt' });
export type ToolDoubt = z.infer<typeof ToolDoubt>;

/** Begins a channel: one client before one server. */
export const WireMcpOpen = z
  .strictObject({
    v,
    type: z.literal('mcp-open'),
    id,
    server: name.describe('as the client calls it'),
    launch: z
      .array(z.string().max(65_536))
      .min(1)
      .max(1_024)
      .describe('how it is started, or its URL: another one is another server'),
    agent: z.string().min(1).max(128).describe('display name of the client; a governed one keeps its own'),
    cwd: z.string().describe('of the gateway; empty when the folder was deleted'),
  })
  .meta({ id: 'WireMcpOpen' });
export type WireMcpOpen = z.infer<typeof WireMcpOpen>;

/** What a server listed; answered at once, also when a person has to look at it first. */
export const WireMcpTools = z
  .strictObject({
    v,
    type: z.literal('mcp-tools'),
    id,
    channel,
    tools: json.describe('JSON: the list, as the server gave it'),
    first: z.boolean().describe('no page came before'),
    last: z.boolean().describe('no page follows'),
  })
  .meta({ id: 'WireMcpTools' });
export type WireMcpTools = z.infer<typeof WireMcpTools>;

/** A tool is about to be called. */
export const WireMcpCall = z
  .strictObject({
    v,
    type: z.literal('mcp-call'),
    id,
    channel,
    tool: name,
    args: json.describe('JSON: an object'),
    toolCallId: z.string().max(256).optional().describe('the id of the client for it, where it tells one'),
    patienceMs: z
      .int()
      .min(1)
      .max(86_400_000)
      .optional()
      .describe(
        'an answer that takes longer is `waiting`; absent: it waits for a person as long as the question lasts',
      ),
  })
  .meta({ id: 'WireMcpCall' });
export type WireMcpCall = z.infer<typeof WireMcpCall>;

/** What became of a call that was let through. Nothing is answered. */
export const WireMcpDone = z
  .strictObject({
    v,
    type: z.literal('mcp-done'),
    id: id.describe('of the call'),
    channel,
    status: z.enum(['succeeded', 'failed', 'cancelled', 'unknown']),
    durationMs: z.number().nonnegative(),
    resultDigest: z.string().max(64).optional(),
  })
  .meta({ id: 'WireMcpDone' });
export type WireMcpDone = z.infer<typeof WireMcpDone>;

/** Texts out of which secrets are to be taken, as an obligation asked for. */
export const WireMcpRedact = z
  .strictObject({ v, type: z.literal('mcp-redact'), id, channel, texts: z.array(json).max(1_000) })
  .meta({ id: 'WireMcpRedact' });
export type WireMcpRedact = z.infer<typeof WireMcpRedact>;

/** Which servers a gateway is to stand before, and what its clients show. */
export const WireMcpServers = z.strictObject({ v, type: z.literal('mcp-servers'), id }).meta({ id: 'WireMcpServers' });
export type WireMcpServers = z.infer<typeof WireMcpServers>;

export const MCP_REQUESTS = [
  WireMcpServers,
  WireMcpOpen,
  WireMcpTools,
  WireMcpCall,
  WireMcpDone,
  WireMcpRedact,
] as const;
export type WireMcpRequest = WireMcpServers | WireMcpOpen | WireMcpTools | WireMcpCall | WireMcpDone | WireMcpRedact;

/** A tool as a person knows it. */
export const KnownTool = z.strictObject({ name, inputSchema: json.describe('JSON Schema') }).meta({ id: 'KnownTool' });
export type KnownTool = z.infer<typeof KnownTool>;

/** A tool that is not shown to a model, and cannot be called. */
export const WithheldTool = z
  .strictObject({ name, why: z.string().describe('for the agent: what happened and what to do next') })
  .meta({ id: 'WithheldTool' });
export type WithheldTool = z.infer<typeof WithheldTool>;

export const WireMcpOpened = z
  .strictObject({
    v,
    type: z.literal('mcp-opened'),
    id,
    session: z.string(),
    observe: z.boolean().describe('nothing is held up: only observing'),
    tools: z.array(KnownTool).describe('the tools of this server that are known'),
    visible: z
      .array(z.string())
      .nullable()
      .describe('names of the tools that this client may see; `*` stands for any text. `null`: all'),
  })
  .meta({ id: 'WireMcpOpened' });
export type WireMcpOpened = z.infer<typeof WireMcpOpened>;

export const WireMcpListed = z
  .strictObject({ v, type: z.literal('mcp-listed'), id, withheld: z.array(WithheldTool) })
  .meta({ id: 'WireMcpListed' });
export type WireMcpListed = z.infer<typeof WireMcpListed>;

/** The answer to a call. `waiting`: a person has not answered yet; the same call again takes up the question. */
export const WireMcpVerdict = z
  .strictObject({
    v,
    type: z.literal('mcp-verdict'),
    id,
    verdict: z.enum(['allow', 'deny', 'waiting']),
    message: z.string().optional().describe('always there unless it is allowed; for the agent'),
    code: ErrorCode.optional(),
    args: json.optional().describe('JSON: the arguments to call it with instead'),
    obligations: z.array(Obligation).optional(),
  })
  .meta({ id: 'WireMcpVerdict' });
export type WireMcpVerdict = z.infer<typeof WireMcpVerdict>;

export const WireMcpRedacted = z
  .strictObject({ v, type: z.literal('mcp-redacted'), id, texts: z.array(z.string()) })
  .meta({ id: 'WireMcpRedacted' });
export type WireMcpRedacted = z.infer<typeof WireMcpRedacted>;

/** A person looked at what had changed: the tools are to be listed again. Unasked for. */
export const WireMcpChanged = z
  .strictObject({ v, type: z.literal('mcp-changed'), id: id.describe('of the channel') })
  .meta({ id: 'WireMcpChanged' });
export type WireMcpChanged = z.infer<typeof WireMcpChanged>;

/** A server behind the gateway. */
export const ServedServer = z.strictObject({ name, url: z.string() }).meta({ id: 'ServedServer' });
export type ServedServer = z.infer<typeof ServedServer>;

export const WireMcpServing = z
  .strictObject({
    v,
    type: z.literal('mcp-serving'),
    id,
    servers: z.array(ServedServer),
    key: z.string().describe('secret of this daemon, from which the tokens of clients are made'),
  })
  .meta({ id: 'WireMcpServing' });
export type WireMcpServing = z.infer<typeof WireMcpServing>;

export const MCP_REPLIES = [
  WireMcpServing,
  WireMcpOpened,
  WireMcpListed,
  WireMcpVerdict,
  WireMcpRedacted,
  WireMcpChanged,
] as const;
export type WireMcpReply =
  WireMcpServing | WireMcpOpened | WireMcpListed | WireMcpVerdict | WireMcpRedacted | WireMcpChanged;

/** The tool of every server that stands for a change of what the server offers. */
export const TOOLS_CHANGED = 'tools.changed';
