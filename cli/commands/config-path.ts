/** `countersign config path`: where the settings file lies. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

export const configPath: Command = {
  usage: ['config path'],
  about: 'Prints where the settings file lies, whether there is one or not.',
  examples: ['$EDITOR "$(countersign config path)"'],
  async run(input, context) {
    const { config } = context.paths;
    if (input.flag('json')) context.printJson({ path: config });
    else context.print(config);
    return EXIT.ok;
  },
};
