/** `countersign mcp forget`: has the tools of a server known anew. */
import type { Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';

export const mcpForget: Command = {
  usage: ['mcp forget SERVER'],
  about: 'Forgets the tools of an MCP server, what you refused of it too: they are known again from its next list on.',
  options: DECIDING_OPTIONS,
  positionals: { min: 1, max: 1 },
  examples: ['countersign mcp forget notes'],
  async run(input, context) {
    const [server = ''] = input.positionals;
    await ensureUnlocked(context, keyChoice(input));
    const done = await context.control.call('forgetServer', { body: { server } });
    if (input.flag('json')) context.printJson(done);
    else context.print(`Forgotten; what ${printable(server)} lists next is taken as known.`);
    return EXIT.ok;
  },
};
