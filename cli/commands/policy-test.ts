/** `countersign policy test`: runs the decision tests beside the policies. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { loadSqlParsers } from '../../daemon/engine/sql/load.ts';
import { builtInSources, POLICIES_FOLDER } from '../../daemon/policy/built-in.ts';
import { testPolicy, type FailedTest, type PolicyTestReport } from '../../daemon/policy/decision-tests.ts';
import { readPolicyTests, type NamedText } from '../../daemon/policy/folder.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import type { PolicySource } from '../../daemon/policy/schema.ts';
import { PolicyPack, Preset } from '../../protocol/config.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { policySources, sourcesWith } from '../offline/policies.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';

/** Tests, and the rules they were written for. */
type Suite = { readonly sources: readonly PolicySource[]; readonly tests: readonly NamedText[] };

export const policyTest: Command = {
  usage: ['policy test', 'policy test FOLDER'],
  about: 'Runs the decision tests that lie beside policies. Without a folder: the built-in ones and yours.',
  positionals: { min: 0, max: 1 },
  examples: ['countersign policy test', 'countersign policy test ./policies'],
  async run(input, context) {
    const folder = input.positionals[0];
    const parsers = await loadSqlParsers();
    const suites = folder === undefined ? [...builtInSuites(), ownSuite(context)] : [suiteOf(context, folder)];
    const reports = suites.map(({ sources, tests }): PolicyTestReport => testPolicy(policyOf(sources), tests, parsers));
    const failed = reports.flatMap((report) => report.failed);
    const passed = reports.reduce((sum, report) => sum + report.passed, 0);
    if (input.flag('json')) context.printJson({ ok: failed.length === 0, passed, failed });
    else {
      for (const test of failed) context.print(failureText(test));
      const { green, red } = context.style;
      const total = plural(passed + failed.length, 'test');
      context.print(failed.length === 0 ? `${green('✓')} ${total}` : `${red('✗')} ${failed.length} of ${total} failed`);
    }
    return failed.length === 0 ? EXIT.ok : EXIT.failure;
  },
};

/** The tests of a preset are of that preset; those of rules and packs are of the balanced one. */
function builtInSuites(): Suite[] {
  const testsIn = (folder: string): NamedText[] => readPolicyTests(join(POLICIES_FOLDER, folder));
  const packs = [...PolicyPack.options];
  const presets = Preset.options.map((preset) => ({
    sources: builtInSources({ preset, packs: [] }),
    tests: testsIn('presets').filter(({ file }) => file.endsWith(`/${preset}.test.yaml`)),
  }));
  return [
    { sources: builtInSources({ preset: 'balanced', packs: [] }), tests: testsIn('default') },
    { sources: builtInSources({ preset: 'balanced', packs }), tests: testsIn('packs') },
    ...presets,
  ];
}

function ownSuite({ paths }: Context): Suite {
  return { sources: policySources(paths), tests: existsSync(paths.policies) ? readPolicyTests(paths.policies) : [] };
}

function suiteOf({ paths, cwd }: Context, folder: string): Suite {
  const named = resolve(cwd, folder);
  return { sources: sourcesWith(paths, named), tests: readPolicyTests(named) };
}

function policyOf(sources: readonly PolicySource[]) {
  const { policy, problems } = loadPolicies(sources);
  const [first] = problems;
  if (first === undefined) return policy;
  throw new CountersignError('policy_invalid', `${first.file}:${first.line}:${first.col}: ${first.message}`);
}

function failureText({ file, line, name, message }: FailedTest): string {
  return printable(`${file}:${line}: ${name}: ${message}`);
}
