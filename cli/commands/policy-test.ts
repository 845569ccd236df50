/** `countersign policy test`: runs the decision tests beside the policies. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { loadSqlParsers } from '../../daemon/engine/sql/load.ts';
import { testPolicy, type FailedTest } from '../../daemon/policy/decision-tests.ts';
import { readPolicyFolder, readPolicyTests } from '../../daemon/policy/folder.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { BUILT_IN_POLICIES, policySources } from '../offline/policies.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';

export const policyTest: Command = {
  usage: ['policy test', 'policy test FOLDER'],
  about: 'Runs the decision tests that lie beside policies. Without a folder: the built-in ones and yours.',
  positionals: { min: 0, max: 1 },
  examples: ['countersign policy test', 'countersign policy test ./policies'],
  async run(input, context) {
    const folder = input.positionals[0];
    const named = folder === undefined ? undefined : resolve(context.cwd, folder);
    const sources =
      named === undefined
        ? policySources(context.paths)
        : [...readPolicyFolder(BUILT_IN_POLICIES, 'built-in'), ...readPolicyFolder(named, 'user')];
    const folders = named === undefined ? [BUILT_IN_POLICIES, context.paths.policies] : [named];
    const { policy, problems } = loadPolicies(sources);
    const [first] = problems;
    if (first !== undefined) {
      throw new CountersignError('policy_invalid', `${first.file}:${first.line}:${first.col}: ${first.message}`);
    }
    const tests = folders.filter((path) => existsSync(path)).flatMap(readPolicyTests);
    const { passed, failed } = testPolicy(policy, tests, await loadSqlParsers());
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

function failureText({ file, line, name, message }: FailedTest): string {
  return printable(`${file}:${line}: ${name}: ${message}`);
}
