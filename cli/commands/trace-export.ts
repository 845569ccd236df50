/** `countersign trace export`: frames as JSON lines. */
import { once } from 'node:events';

import type { StoredFrame } from '../../protocol/trace.ts';
import { UsageError, type Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson } from '../terminal/printable.ts';

/** As many lines as one look at the log may have. */
const MAX_TRACES = 10_000;

export const traceExport: Command = {
  usage: ['trace export ID', 'trace export --all'],
  about:
    'Writes the frames of one trace, or of the newest 10000, as JSON lines. A whole store is copied as a file: see the guide.',
  options: { all: { type: 'boolean', help: `the newest ${MAX_TRACES} traces` } },
  positionals: { min: 0, max: 1 },
  examples: ['countersign trace export t0k3x > trace.jsonl'],
  async run(input, context) {
    const id = input.positionals[0];
    if ((id === undefined) !== input.flag('all')) throw new UsageError('give one trace id, or `--all`');
    for (const traceId of id === undefined ? await everyTrace(context) : [id]) {
      const frames = await context.control.call('trace', { params: { id: traceId } });
      for (const frame of frames) await writeFrame(context, frame);
    }
    return EXIT.ok;
  },
};

async function everyTrace({ control }: Context): Promise<Set<string>> {
  const lines = await control.call('log', { query: { limit: MAX_TRACES } });
  return new Set(lines.map(({ traceId }) => traceId));
}

async function writeFrame({ stdout }: Context, frame: StoredFrame): Promise<void> {
  if (!stdout.write(`${printableJson(frame)}\n`)) await once(stdout, 'drain');
}
