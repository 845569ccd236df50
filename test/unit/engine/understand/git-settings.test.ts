/** What git is told to run by settings on its command line, in its environment and in files. */
import { describe, expect, test } from 'vitest';

import { settingsInFile } from '../../../../daemon/engine/understand/wrappers/git-config-file.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { absent, exec, isOpaque, lines, action, textFact, type FactPair } from './follow.ts';

const REFS = 'f() { git --git-dir="$1" for-each-ref; }; f';

/** Settings as a program hands them down to everything that it starts. */
function inherited(settings: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(settings);
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(entries.length)],
    ...entries.flatMap(([key, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]),
  ]);
}

describe(verifies('understand:git-settings'), () => {
  test('the command that lists the refs of other repositories is a shell function as often as not', () => {
    expect(isOpaque(exec(['git', '-c', `core.alternateRefsCommand=${REFS}`, 'log']))).toBe(false);
    const harmful = exec(['git', '-c', 'core.alternateRefsCommand=f() { rm -rf x; }; f', 'log']);
    expect(lines(harmful)).toContain('rm -rf x');
  });

  test('what a setting starts inherits the setting, and is not followed round and round', () => {
    const env = inherited({ 'core.alternateRefsCommand': REFS, 'core.askPass': '' });
    const operations = action({ kind: 'exec', argv: ['git', 'log'], env });
    expect(isOpaque(operations)).toBe(false);
    expect(lines(operations)).toHaveLength(2);
    const changed = inherited({ 'core.alternateRefsCommand': `${REFS}; git -c core.pager='rm x' log` });
    expect(lines(action({ kind: 'exec', argv: ['git', 'log'], env: changed }))).toContain('rm x');
  });

  const withFile = (...facts: readonly FactPair[]) =>
    exec(['env', 'GIT_CONFIG_GLOBAL=/tmp/s/config', 'git', 'log'], facts);

  test('a file of settings is read', () => {
    expect(isOpaque(withFile())).toBe(true);
    expect(isOpaque(withFile(absent('/tmp/s/config')))).toBe(false);
    const harmless = '# ours\n[core]\n\tautocrlf = false\n\tbare\n[user "x"]\n  name = "A B" ; me\n';
    expect(isOpaque(withFile(textFact('/tmp/s/config', harmless)))).toBe(false);
    expect(lines(withFile(textFact('/tmp/s/config', '[core]\npager = rm x\n')))).toContain('rm x');
    expect(isOpaque(withFile(textFact('/tmp/s/config', '[include]\npath = /tmp/more\n')))).toBe(true);
  });

  test.each(['[core]\npager = a\\\n b', 'pager = x', '[core', '[core]\npager = a "b" c', '[core] pager = x', '\n'.repeat(300)])('%j is not read as anything', (text) => {
    expect(settingsInFile(text)).toBeUndefined();
  }); // prettier-ignore
});
