/** `countersign config show`: the settings in force and where each comes from. */
import { readConfigFile } from '../../daemon/config/config-in-force.ts';
import { settingsOf } from '../../daemon/config/parse.ts';
import { DEFAULT_CONFIG } from '../../protocol/config.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';

export const configShow: Command = {
  usage: ['config show'],
  about: 'Shows every setting with its value and where it comes from: a line of your file, or the defaults.',
  async run(input, context) {
    const file = context.paths.config;
    const { settings, problems } = readConfigFile(file);
    const shown = (settings ?? settingsOf(DEFAULT_CONFIG, () => undefined)).map(({ name, value, place }) => ({
      name,
      value,
      origin: place === undefined ? 'default' : `${file}:${place.line}:${place.col}`,
    }));
    if (input.flag('json')) context.printJson({ file, settings: shown, problems });
    else {
      const width = Math.max(...shown.map(({ name, value }) => `${name}: ${String(value)}`.length));
      for (const { name, value, origin } of shown) {
        context.print(`${`${name}: ${String(value)}`.padEnd(width)}  ${context.style.dim(printable(origin))}`);
      }
      for (const problem of problems) context.print(context.style.amber(`! ${printable(problem)}`));
      if (problems.length > 0)
        context.print('A running daemon keeps the last settings that loaded; a new one takes the defaults.');
    }
    return problems.length === 0 ? EXIT.ok : EXIT.failure;
  },
};
