/** `countersign uninstall`: takes shims and start-file blocks out again. */
import { homedir } from 'node:os';

import { uninstallShims, uninstallStartFiles } from '../../shims/install.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';
import { uninstallLauncher } from '../service/launcher.ts';
import { removeService, serviceStatus } from '../service/service.ts';
import { stopDaemon } from '../service/stop.ts';
import { forgetStop } from '../service/stopped-mark.ts';
import { SHELLS } from './install.ts';

export const uninstall: Command = {
  usage: ['uninstall'],
  about:
    'Takes out the shims, what `install` wrote into your shells, the service, and the command in `~/.local/bin`. Keys, policies and the trace stay.',
  async run(input, context) {
    const { paths, env, style } = context;
    if ((await serviceStatus(context)).kind === 'installed') {
      await stopDaemon(context);
      await removeService(context);
      forgetStop(paths);
    }
    const files = uninstallStartFiles(env['HOME'] ?? homedir(), paths.shims, SHELLS);
    uninstallShims(paths);
    uninstallLauncher(context);
    if (input.flag('json')) {
      context.printJson({ files });
      return EXIT.ok;
    }
    context.print('Taken out; new shells are no longer guarded.');
    for (const file of files) context.print(style.dim(`  ${printable(file)}`));
    context.print(style.dim(`  keys, policies and the trace stay in ${printable(paths.home)}`));
    return EXIT.ok;
  },
};
