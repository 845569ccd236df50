/** What an agent is about to do, as it arrived. */
import { z } from 'zod';

import { ToolDoubt } from './mcp.ts';

/**
 * Text an agent offered about its own intent. Shown to the human as the agent's words; never trusted,
 * and not part of the action digest.
 */
export const ActionContext = z
  .strictObject({
    prompt: z.string().max(65_536).optional().describe("the user's request, as the agent relayed it"),
    reasoning: z.string().max(65_536).optional().describe("the agent's stated reason or plan"),
    model: z.string().max(256).optional(),
    toolCallId: z.string().max(256).optional().describe('hint only: ids from agents prove nothing'),
  })
  .meta({ id: 'ActionContext' });
export type ActionContext = z.infer<typeof ActionContext>;

const shared = {
  cwd: z.string().min(1).describe('absolute working directory'),
  env: z
    .record(z.string(), z.string())
    .default({})
    .describe('the selected environment variables that can change what the action does'),
  agent: z.string().min(1).max(128).default('unknown').describe('display name of the agent'),
  session: z.string().min(1).max(128).describe('id of the agent run this action belongs to'),
  policy: z
    .string()
    .min(1)
    .max(80)
    .optional()
    .describe('name of a policy to hold for this action besides what holds anyway; it can only make it stricter'),
  context: ActionContext.optional(),
};

/** What standard input is connected to; a pipe into a shell or `psql` is opaque, a terminal is not. */
export const StdinKind = z.enum(['tty', 'pipe', 'file', 'null', 'closed', 'unknown']).meta({ id: 'StdinKind' });
export type StdinKind = z.infer<typeof StdinKind>;

/** A program about to be executed. Shell source is `argv: ['sh', '-c', SOURCE]`. */
export const ExecAction = z
  .strictObject({
    kind: z.literal('exec'),
    argv: z.array(z.string()).min(1),
    executable: z.string().optional().describe('absolute path of the file that would run'),
    stdin: StdinKind.default('unknown'),
    rawDigest: z
      .string()
      .optional()
      .describe('SHA-256 (hex) of the exact argv bytes, present when argv was not valid UTF-8'),
    ...shared,
  })
  .meta({ id: 'ExecAction' });
export type ExecAction = z.infer<typeof ExecAction>;

/** A tool of an agent, called by name with JSON arguments. */
export const ToolAction = z
  .strictObject({
    kind: z.literal('tool'),
    tool: z.string().min(1).max(256),
    args: z.record(z.string(), z.json()).default({}),
    parameters: z
      .array(z.string().max(256))
      .max(1024)
      .optional()
      .describe('names of the arguments that the tool takes, from its schema; absent when nobody knows them'),
    ...shared,
  })
  .meta({ id: 'ToolAction' });
export type ToolAction = z.infer<typeof ToolAction>;

/** A tool of an MCP server. */
export const McpAction = z
  .strictObject({
    kind: z.literal('mcp'),
    server: z.string().min(1).max(256),
    tool: z.string().min(1).max(256),
    args: z.record(z.string(), z.json()).default({}),
    parameters: z
      .array(z.string().max(256))
      .max(1024)
      .optional()
      .describe('names of the arguments that the tool takes, from its schema; absent when nobody knows them'),
    doubts: z.array(ToolDoubt).max(16).optional().describe('what is odd about the tool as its server offers it'),
    ...shared,
  })
  .meta({ id: 'McpAction' });
export type McpAction = z.infer<typeof McpAction>;

export const SqlDialect = z.enum(['postgresql', 'mysql', 'sqlite', 'unknown']).meta({ id: 'SqlDialect' });
export type SqlDialect = z.infer<typeof SqlDialect>;

/** SQL text about to be sent to a database. */
export const SqlAction = z
  .strictObject({
    kind: z.literal('sql'),
    dialect: SqlDialect.default('unknown'),
    source: z.string(),
    host: z.string().optional(),
    database: z.string().optional(),
    ...shared,
  })
  .meta({ id: 'SqlAction' });
export type SqlAction = z.infer<typeof SqlAction>;

/** An HTTP request about to be sent. */
export const HttpAction = z
  .strictObject({
    kind: z.literal('http'),
    method: z.string().min(1).max(32),
    url: z.string().min(1),
    bodyBytes: z.int().nonnegative().default(0),
    ...shared,
  })
  .meta({ id: 'HttpAction' });
export type HttpAction = z.infer<typeof HttpAction>;

/** One thing an agent is about to do. The unit that is judged, approved and traced. */
export const Action = z
  .discriminatedUnion('kind', [ExecAction, ToolAction, McpAction, SqlAction, HttpAction])
  .meta({ id: 'Action' });
export type Action = z.infer<typeof Action>;
