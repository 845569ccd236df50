/** What the protocols of the model vendors have in common here. */
import type { Fields, ModelRequest, Reply } from './script.ts';

/** One event of a stream; some protocols name them. */
export type StreamEvent = { readonly name?: string; readonly data: Fields | string };

export type Protocol = {
  /** Whether requests to this path are of it. */
  readonly takes: (path: string) => boolean;
  readonly read: (path: string, body: Fields) => ModelRequest;
  /** The answer to a request that asks for no turn, such as counting tokens. */
  readonly aside?: (path: string) => Fields | undefined;
  readonly plain: (reply: Reply, model: string) => Fields;
  readonly stream: (reply: Reply, model: string) => readonly StreamEvent[];
};

export function streamText({ name, data }: StreamEvent): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`;
}
