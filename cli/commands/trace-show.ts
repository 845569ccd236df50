/** `countersign trace show`: every frame of one action. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { frameLines } from '../show/frame.ts';

export const traceShow: Command = {
  usage: ['trace show ID'],
  about: 'Shows every frame of one action: what was asked, how it was judged, who decided, what became of it.',
  positionals: { min: 1, max: 1 },
  examples: ['countersign log', 'countersign trace show t0k3x'],
  async run(input, context) {
    const frames = await context.control.call('trace', { params: { id: input.positionals[0] ?? '' } });
    if (input.flag('json')) context.printJson(frames);
    else for (const frame of frames) for (const line of frameLines(frame, context.style)) context.print(line);
    return EXIT.ok;
  },
};
