/** `countersign service install`: the daemon starts at login and again when it ends. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { serviceManager, serviceStatus, writeService } from '../service/service.ts';
import { askHealth, startDaemon } from '../service/start.ts';
import { stopDaemon } from '../service/stop.ts';
import { forgetStop } from '../service/stopped-mark.ts';
import { printable } from '../terminal/printable.ts';

export const serviceInstall: Command = {
  usage: ['service install'],
  about:
    'Hands the daemon to systemd or launchd: it starts at login, with an environment of its own, and again when it ends.\n' +
    'Doing it twice is harmless, and renews what an upgrade left behind.',
  examples: ['countersign service install'],
  async run(input, context) {
    const manager = serviceManager(context);
    if (manager === undefined) throw new Error('there is neither systemd nor launchd here; `countersign up` starts the daemon');
    const before = await serviceStatus(context);
    await writeService(context, manager);
    const answers = await manager.answers();
    const { dim } = context.style;
    if (answers) {
      // One that was started by hand would keep the home from the service.
      const settled = before.kind === 'installed' && !before.stale && before.running;
      if (!settled) {
        if ((await askHealth(context)) !== undefined) await stopDaemon(context);
        forgetStop(context.paths);
        await manager.enable();
      }
      await startDaemon(context);
    }
    const status = await serviceStatus(context);
    if (input.flag('json')) context.printJson(status);
    else {
      context.print(answers ? 'The daemon is a service now: it starts at login, and again when it ends.' : `Written; ${manager.name} does not answer here, so nothing runs yet.`);
      context.print(dim(`  ${printable(manager.file)}`));
      if (!answers && manager.name === 'systemd') context.print(dim(`  after a login: countersign service install`));
      if (manager.hint !== undefined) context.print(dim(`  ${manager.hint}`));
    }
    return EXIT.ok;
  },
}; // prettier-ignore
