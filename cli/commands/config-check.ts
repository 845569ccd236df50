/** `countersign config check`: does a settings file load. */
import { resolve } from 'node:path';

import { readConfigFile } from '../../daemon/config/config-in-force.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { regoProblems } from '../offline/rego-problems.ts';
import { printable } from '../terminal/printable.ts';

export const configCheck: Command = {
  usage: ['config check', 'config check FILE'],
  about:
    'Loads a settings file and names every fault with file, line and column, and opens the Rego bundle that it names.\n' +
    'Without a file: the one in force.',
  positionals: { min: 0, max: 1 },
  examples: ['countersign config check', 'countersign config check ./config.yaml'],
  async run(input, context) {
    const [given] = input.positionals;
    const file = given === undefined ? context.paths.config : resolve(context.cwd, given);
    const { exists, config, problems: faults } = readConfigFile(file);
    if (given !== undefined && !exists) throw new UsageError(`there is no \`${printable(given)}\``);
    const problems = [...faults, ...(config === undefined ? [] : await regoProblems(config.rego, context.paths))];
    if (input.flag('json')) context.printJson({ ok: problems.length === 0, file, exists, problems });
    else if (problems.length > 0) for (const problem of problems) context.print(printable(problem));
    else
      context.print(`${context.style.green('✓')} ${exists ? printable(file) : 'no settings file; the defaults hold'}`);
    return problems.length === 0 ? EXIT.ok : EXIT.failure;
  },
};
