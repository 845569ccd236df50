/** `countersign service status`: is the daemon a service, of this installation, and running. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { serviceStatus, type ServiceStatus } from '../service/service.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export const serviceStatusCommand: Command = {
  usage: ['service status'],
  about: 'Shows whether the daemon is a service, whether that service is of this installation, and whether it runs.',
  examples: ['countersign service status'],
  async run(input, context) {
    const status = await serviceStatus(context);
    if (input.flag('json')) context.printJson(status);
    else for (const line of lines(status, context.style)) context.print(line);
    return EXIT.ok;
  },
};

function lines(status: ServiceStatus, { amber, dim, green }: Style): string[] {
  switch (status.kind) {
    case 'none':
      return [`No service: ${status.reason}.`];
    case 'absent':
      return ['Not installed.', dim('  countersign service install')];
    case 'installed': {
      const { running, words, pid, file, stale } = status;
      const head = `${running ? green('●') : amber('○')} ${words}${pid === undefined ? '' : dim(` · pid ${pid}`)}`;
      const old = amber('  ! written by another installation or version; renew it: countersign service install');
      return [head, dim(`  ${printable(file)}`), ...(stale ? [old] : [])];
    }
  }
}
