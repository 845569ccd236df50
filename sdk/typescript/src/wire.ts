/** What goes over the wire, as the OpenAPI document of the daemon has it. */

/** A value that can be written as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What an agent says of its own intent. Shown to the person as its words, never judged by. */
export type ActionContext = {
  /** What the user asked for. At most 65,536 characters. */
  readonly prompt?: string;
  /** The agent's stated reason or plan. At most 65,536 characters. */
  readonly reasoning?: string;
  readonly model?: string;
  readonly toolCallId?: string;
};

type Shared = {
  /** Absolute; the working directory of the process by default. */
  readonly cwd?: string;
  /** Variables that can change what the action does. */
  readonly env?: Readonly<Record<string, string>>;
  /** Name of a policy to hold besides what holds anyway; it can only make it stricter. */
  readonly policy?: string;
  /** Display name of the agent. */
  readonly agent?: string;
  readonly context?: ActionContext;
};

/** A program to be executed. Shell source is `argv: ['bash', '-c', SOURCE]`. */
export type ExecAction = Shared & {
  readonly kind: 'exec';
  readonly argv: readonly string[];
  readonly executable?: string;
  readonly stdin?: 'tty' | 'pipe' | 'file' | 'null' | 'closed' | 'unknown';
};
/** A tool with its arguments by name. */
export type ToolAction = Shared & {
  readonly kind: 'tool';
  readonly tool: string;
  readonly args?: Readonly<Record<string, Json>>;
  /** Names of the arguments the tool takes, from its schema. */
  readonly parameters?: readonly string[];
};
/** A tool of an MCP server. */
export type McpAction = Shared & {
  readonly kind: 'mcp';
  readonly server: string;
  readonly tool: string;
  readonly args?: Readonly<Record<string, Json>>;
  readonly parameters?: readonly string[];
};
/** SQL that is about to be sent. */
export type SqlAction = Shared & {
  readonly kind: 'sql';
  readonly source: string;
  readonly dialect?: 'postgresql' | 'mysql' | 'sqlite' | 'unknown';
  readonly host?: string;
  readonly database?: string;
};
/** An HTTP request that is about to be sent. */
export type HttpAction = Shared & {
  readonly kind: 'http';
  readonly method: string;
  readonly url: string;
  readonly bodyBytes?: number;
};

/** What is about to be done. */
export type Action = ExecAction | ToolAction | McpAction | SqlAction | HttpAction;

/** One rule that matched. */
export type Finding = {
  readonly rule: string;
  readonly points: number;
  /** One plain sentence, lower case. */
  readonly reason: string;
  readonly role: 'base' | 'modifier' | 'also';
  readonly operation: number;
};

/** A limit under which an action may be done. */
export type Obligation =
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'row-limit'; readonly rows: number }
  | { readonly kind: 'dry-run' }
  | { readonly kind: 'redact-output' }
  | { readonly kind: 'read-only' };
export type ObligationKind = Obligation['kind'];

/** What the daemon says. */
export type Answer = {
  readonly requestId: string;
  readonly traceId: string;
  /** `compute`: do what `rewrite` says instead. `pending`: a person is asked, or it is still being judged. */
  readonly verdict: 'allow' | 'deny' | 'compute' | 'pending';
  /** Risk from 0 to 100. */
  readonly score: number;
  readonly band: 'low' | 'medium' | 'high' | 'critical';
  /** Why, and what to do next; never empty. */
  readonly reason: string;
  /** With `deny`: one of `docs/reference/errors.md`. */
  readonly code?: string;
  readonly findings: readonly Finding[];
  readonly obligations: readonly Obligation[];
  /** With `compute`: the words of the command to run instead. */
  readonly rewrite?: readonly string[];
  /** The question that was put to a person. */
  readonly approval?: string;
  /** When the question expires, in ms since the epoch. */
  readonly expiresAt?: number;
};

/** What came of an action. */
export type Outcome = {
  readonly status: 'released' | 'refused' | 'cancelled' | 'succeeded' | 'failed' | 'unknown';
  readonly exitCode?: number;
  readonly durationMs?: number;
  /** SHA-256 of the result, in hex. */
  readonly resultDigest?: string;
};

type About = {
  /** When, in ms since the epoch; the moment of `record` by default. */
  readonly at?: number;
  readonly model?: string;
  /** The trace of the action it led to. */
  readonly trace?: string;
};

/** What the model was asked, thought or wrote. Whole messages: a secret that is split is not recognised. */
export type TextFrame = About & { readonly type: 'prompt' | 'reasoning' | 'output'; readonly text: string };
/** What a call of the model used. */
export type UsageFrame = About & {
  readonly type: 'usage';
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cachedTokens?: number;
  readonly costUsd?: number;
  readonly durationMs?: number;
};
/** Something to be kept in the session for replay. */
export type Frame = TextFrame | UsageFrame;
