/** `countersign config show`: the settings in force and where each comes from. */
import { readConfigFile } from '../../daemon/config/config-in-force.ts';
import { settingsOf } from '../../daemon/config/parse.ts';
import { DEFAULT_CONFIG } from '../../protocol/config.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';

/** Whether somebody may hold other settings than the file has. */
async function isRunning({ agent }: Context): Promise<boolean> {
  return agent.call('health').then(
    () => true,
    (error: unknown) => !(error instanceof CountersignError && error.code === 'daemon_unreachable'),
  );
}

export const configShow: Command = {
  usage: ['config show'],
  about: 'Shows every setting with its value and where it comes from: a line of your file, or the defaults.',
  examples: ['countersign config show'],
  async run(input, context) {
    const file = context.paths.config;
    const { settings, problems } = readConfigFile(file);
    const shown = (settings ?? settingsOf(DEFAULT_CONFIG, () => undefined)).map(({ name, value, place }) => ({
      name,
      value,
      origin: place === undefined ? 'default' : `${file}:${place.line}:${place.col}`,
    }));
    const running = await isRunning(context);
    const inForce = problems.length === 0 ? 'file' : running ? 'last-good' : 'defaults';
    // What a daemon took over before the file was broken is written nowhere; the defaults are not it.
    const known = inForce === 'last-good' ? [] : shown;
    if (input.flag('json')) context.printJson({ file, inForce, settings: known, problems });
    else if (inForce === 'last-good') {
      for (const problem of problems) context.print(context.style.amber(`! ${printable(problem)}`));
      context.print(
        'The file does not load: the last good settings are in force, or the defaults where none have loaded since the daemon began.',
      );
    } else {
      const width = Math.max(...shown.map(({ name, value }) => `${name}: ${String(value)}`.length));
      for (const { name, value, origin } of shown) {
        context.print(`${`${name}: ${String(value)}`.padEnd(width)}  ${context.style.dim(printable(origin))}`);
      }
      for (const problem of problems) context.print(context.style.amber(`! ${printable(problem)}`));
      if (problems.length > 0)
        context.print('The file does not load; a daemon that starts now takes these, the defaults.');
    }
    return problems.length === 0 ? EXIT.ok : EXIT.failure;
  },
};
