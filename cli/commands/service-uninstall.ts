/** `countersign service uninstall`: the daemon is started by commands alone again. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { removeService, serviceStatus } from '../service/service.ts';
import { stopDaemon } from '../service/stop.ts';
import { forgetStop } from '../service/stopped-mark.ts';

export const serviceUninstall: Command = {
  usage: ['service uninstall'],
  about:
    'Stops the daemon that the service runs and takes the service away. Native clients and commands then start it when it is needed.',
  examples: ['countersign service uninstall'],
  async run(input, context) {
    // A daemon that runs by itself goes on.
    const removed = (await serviceStatus(context)).kind === 'installed';
    if (removed) await stopDaemon(context);
    await removeService(context);
    if (removed) forgetStop(context.paths);
    if (input.flag('json')) context.printJson({ removed });
    else context.print(removed ? 'Taken away; the daemon starts when it is needed.' : 'There was no service.');
    return EXIT.ok;
  },
};
