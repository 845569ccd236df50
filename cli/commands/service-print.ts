/** `countersign service print`: the unit or LaunchAgent, for those who put it in place themselves. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { serviceManager } from '../service/service.ts';

export const servicePrint: Command = {
  usage: ['service print'],
  about: 'Prints what `service install` would write. Changes nothing.',
  examples: ['countersign service print'],
  async run(input, context) {
    const manager = serviceManager(context);
    if (manager === undefined) throw new Error('there is neither systemd nor launchd here');
    const text = await manager.text();
    if (input.flag('json')) context.printJson({ file: manager.file, text });
    else context.print(text.trimEnd());
    return EXIT.ok;
  },
};
