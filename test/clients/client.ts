/** What the tests must know of a client: where it comes from, and how it is started without anybody in front of it. */
import type { HookClient } from '../../protocol/wire.ts';

export type Client = {
  readonly name: HookClient;
  readonly title: string;
  /** On npm. */
  readonly package: string;
  readonly version: string;
  readonly binary: string;
  /** What becomes of a tool call when its hook is killed. */
  readonly whenHookKilled: 'blocked' | 'runs';
  readonly start: (seat: Seat) => Start;
  /** Makes it run hooks that were changed since they were trusted. */
  readonly trustingArgs?: readonly string[];
};

/** Where a client is put for one conversation. */
export type Seat = {
  /** Its empty HOME. */
  readonly home: string;
  readonly work: string;
  readonly modelUrl: string;
  /** Shims first. */
  readonly path: string;
  /** The command line of the MCP server that is called `notes`. */
  readonly mcp: readonly string[];
};

export type Start = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** By their place in HOME. */
  readonly files: Readonly<Record<string, string>>;
};

/** What a person asks of the agent; the scripted model decides what comes of it. */
export const PROMPT = 'Do as you were told.';
/** A client insists on some key; nobody looks at it. */
export const NO_KEY = 'none-is-needed';

export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
