/** Which settings of a hostile repository are obeyed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { lastValue, obeyedSettings, parseConfig } from '../../../daemon/facts/git/git-config.ts';
import { parseStatus } from '../../../daemon/facts/git/status.ts';
import { verifies } from '../../helpers/verifies.ts';

/** Git's own answer for these keys and values. */
function listing(settings: readonly (readonly [string, string])[]): string {
  return settings.map(([key, value]) => `${key}\n${value}\0`).join('');
}

test(verifies('facts:obeyed-settings'), () => {
  const dangerous = ['core.fsmonitor', 'core.hookspath', 'core.pager', 'core.editor', 'core.sshcommand', 'core.gitproxy', 'core.attributesfile', 'core.worktree', 'core.askpass', 'filter.a.clean', 'filter.a.process', 'diff.a.textconv', 'diff.a.command', 'diff.external', 'merge.a.driver', 'gpg.program', 'gpg.ssh.program', 'alias.x', 'include.path', 'includeif.gitdir:/.path', 'credential.helper', 'remote.origin.uploadpack', 'remote.origin.receivepack', 'remote.origin.vcs', 'remote.origin.promisor', 'remote.origin.partialclonefilter', 'url.x.insteadof', 'protocol.ext.allow', 'submodule.a.update', 'trace2.eventtarget', 'core.bare', 'extensions.partialclone', 'pager.log', 'sequence.editor', 'difftool.a.cmd', 'hook.a.command', 'core.fsmonitorhookversion', 'branch.a.mergeoptions', 'core.alternaterefscommand']; // prettier-ignore
  const config = parseConfig(listing(dangerous.map((key) => [key, '/bin/evil'])));
  expect(obeyedSettings(config, '/work', '/home/a')).toEqual([]);
  const harmless = parseConfig(listing([['core.autocrlf', 'true'], ['branch.a.b.merge', 'refs/heads/x'], ['remote.o.url', 'u']])); // prettier-ignore
  expect(obeyedSettings(harmless, '/work', '/home/a').map(([key]) => key)).toEqual(['core.autocrlf', 'branch.a.b.merge', 'remote.o.url']); // prettier-ignore
});

test('a name cannot pose as the end of a setting', () => {
  const config = parseConfig('remote.a\ncore.fsmonitor\n/x.url\nu\0');
  expect([...config.keys()]).toEqual(['remote.a']);
  expect(obeyedSettings(config, '/work', '/home/a')).toEqual([]);
});

test('the ignore file of the user is looked up where git does', () => {
  const settings = (value: string) => obeyedSettings(parseConfig(listing([['core.excludesfile', value]])), '/work', '/home/a'); // prettier-ignore
  expect(settings('~/ignore')).toEqual([['core.excludesFile', '/home/a/ignore']]);
  expect(settings('ignore')).toEqual([['core.excludesFile', '/work/ignore']]);
});

test('the last value of a key wins, and one without a value is true', () => {
  const config = parseConfig('a.b\n1\0a.b\n2\0c.d\0');
  expect([lastValue(config, 'a.b'), lastValue(config, 'c.d'), lastValue(config, 'e.f')]).toEqual(['2', 'true', undefined]); // prettier-ignore
});

test(verifies('facts:status-names'), () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(name), fc.array(name), fc.array(name), (changed, untracked, ignored) => {
      const text = [
        ...changed.map((path) => `1 .M N... 100644 100644 100644 ${'a'.repeat(40)} ${'a'.repeat(40)} ${path}`),
        ...untracked.map((path) => `? ${path}`),
        ...ignored.map((path) => `! ${path}`),
      ].map((entry) => `${entry}\0`);
      expect(parseStatus(text.join(''))).toEqual({ changed, untracked, ignored });
    }),
  );
});
