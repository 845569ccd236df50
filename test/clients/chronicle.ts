/** What the daemon recorded of a conversation, taken down before the daemon is killed. */
import type { LogLine } from '../../protocol/trace.ts';
import type { TestDaemon } from '../helpers/daemon.ts';

export type Chronicle = readonly (LogLine & {
  /** Of its frames. */
  readonly kinds: readonly string[];
  /** Everything in its frames, as text. */
  readonly text: string;
})[];

export async function chronicleOf({ control }: TestDaemon): Promise<Chronicle> {
  const lines = (await control.call('log', { query: { limit: 10_000 } })).filter(
    ({ kind }) => kind === 'exec' || kind === 'mcp' || kind === 'tool',
  );
  const chronicle: Chronicle[number][] = [];
  // One after the other: a client that runs git by itself leaves more lines than the daemon takes questions at a time.
  for (const line of lines) {
    const frames = await control.call('trace', { params: { id: line.traceId } });
    chronicle.push({ ...line, kinds: frames.map(({ event }) => event.kind), text: JSON.stringify(frames) });
  }
  return chronicle;
}

/** The only one that `said` is in. */
export function theLine(chronicle: Chronicle, said: string): Chronicle[number] {
  const found = chronicle.filter(({ text }) => text.includes(said));
  const [line] = found;
  if (line === undefined || found.length > 1) throw new Error(`${found.length} traces hold ${said}`);
  return line;
}
