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
  const lines = (await control.call('log')).filter(({ kind }) => kind === 'exec' || kind === 'mcp' || kind === 'tool');
  return Promise.all(
    lines.map(async (line) => {
      const frames = await control.call('trace', { params: { id: line.traceId } });
      return { ...line, kinds: frames.map(({ event }) => event.kind), text: JSON.stringify(frames) };
    }),
  );
}

/** The only one that `said` is in. */
export function theLine(chronicle: Chronicle, said: string): Chronicle[number] {
  const found = chronicle.filter(({ text }) => text.includes(said));
  const [line] = found;
  if (line === undefined || found.length > 1) throw new Error(`${found.length} traces hold ${said}`);
  return line;
}
