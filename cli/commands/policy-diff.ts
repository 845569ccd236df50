/** `countersign policy diff`: what another policy would change. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { loadSqlParsers } from '../../daemon/engine/sql/load.ts';
import { builtInTests } from '../../daemon/policy/built-in.ts';
import { readPolicyTests, type NamedText } from '../../daemon/policy/folder.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import { PolicyPack } from '../../protocol/config.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { sourcesNamed } from '../offline/named-policy.ts';
import { choiceOf } from '../offline/policies.ts';
import { differenceOf, type ChangedDecision, type Side } from '../offline/policy-diff.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export const policyDiff: Command = {
  usage: ['policy diff OTHER', 'policy diff ONE OTHER'],
  about:
    'Says what differs between two policies: rules, bands, and what becomes of every action that has a decision test.\n' +
    'Each is `current`, `preset:NAME`, `pack:NAME` or a folder that takes the place of yours. Alone, OTHER is compared with `current`.',
  positionals: { min: 1, max: 2 },
  examples: ['countersign policy diff preset:strict', 'countersign policy diff pack:payments', 'countersign policy diff ./old ./new'],
  async run(input, context) {
    const [one = '', other] = input.positionals;
    const [from, to] = other === undefined ? [sideOf('current', context), sideOf(one, context)] : [sideOf(one, context), sideOf(other, context)];
    const found = differenceOf(from, to, testsFor(context, [one, other ?? 'current']), await loadSqlParsers());
    if (input.flag('json')) context.printJson(found);
    else {
      const { settings, rules, decisions, compared } = found;
      const { style } = context;
      for (const { name, from: was, to: is } of settings) context.print(`  ${name}  ${was} → ${is}`);
      for (const { id, change } of rules) context.print(`${SIGNS[change]} ${printable(id)}`);
      if (decisions.length > 0) context.print(style.dim('what becomes of the actions in decision tests, by the name of the test:'));
      for (const decision of decisions) context.print(decisionText(decision, style));
      const count = (change: ChangedDecision['change']): number => decisions.filter((one) => one.change === change).length;
      context.print(style.dim(`of ${plural(compared, 'action')} in decision tests: ${count('stricter')} stricter, ${count('looser')} looser, ${count('other points')} with other points`));
    }
    return EXIT.ok;
  },
}; // prettier-ignore

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

function decisionText({ name, change, from, to }: ChangedDecision, style: Style): string {
  const paint = change === 'looser' ? style.amber : change === 'stricter' ? style.green : style.dim;
  return `${paint(change.padEnd(12))}  ${from} → ${to}  ${style.dim(printable(name))}`;
}

function sideOf(name: string, context: Context): Side {
  const sources = sourcesNamed(name, context);
  const { policy, problems } = loadPolicies(sources);
  const [first] = problems;
  if (first === undefined) return { sources, policy };
  throw new CountersignError('policy_invalid', `${first.file}:${first.line}:${first.col}: ${first.message}`);
}

/** The tests of everything that is compared: what one side has no tests for, the other may have. */
function testsFor({ paths, cwd }: Context, names: readonly string[]): NamedText[] {
  const added = names.flatMap((name) => PolicyPack.safeParse(name.replace(/^pack:/, '')).data ?? []);
  const packs = [...new Set([...choiceOf(paths).packs, ...added])];
  const folders = [paths.policies, ...names.map((name) => resolve(cwd, name))];
  const own = [...new Set(folders)].filter((folder) => existsSync(folder)).flatMap(readPolicyTests);
  return [...builtInTests({ packs }), ...own];
}
