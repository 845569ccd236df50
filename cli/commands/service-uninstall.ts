/** `countersign service uninstall`: the daemon is started by commands alone again. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { removeService } from '../service/service.ts';
import { stopDaemon } from '../service/stop.ts';
import { forgetStop } from '../service/stopped-mark.ts';

export const serviceUninstall: Command = {
  usage: ['service uninstall'],
  about: 'Stops the daemon and takes its service away. Native clients and commands then start it when it is needed.',
  async run(input, context) {
    // Refused by the daemon below a guarded agent, before anything is taken away.
    await stopDaemon(context);
    const removed = await removeService(context);
    forgetStop(context.paths);
    if (input.flag('json')) context.printJson({ removed });
    else context.print(removed ? 'Taken away; the daemon starts when it is needed.' : 'There was no service.');
    return EXIT.ok;
  },
};
