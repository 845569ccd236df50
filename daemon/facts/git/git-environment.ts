/** The environments git runs in: one that only reads configuration, and one that obeys none of the repository's. */

/** Said to every git: ask nobody, fetch nothing, start nothing, write nothing. */
const QUIET: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_PROTOCOL_FROM_USER: '0',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
  GIT_ASKPASS: 'false',
  GIT_SSH_COMMAND: 'false',
  // Without these a `trace2` section in the user's configuration has every look write to a file.
  GIT_TRACE2: '0',
  GIT_TRACE2_EVENT: '0',
  GIT_TRACE2_PERF: '0',
};

/** INVARIANT: whatever starts a program is off, even if some file should say otherwise. */
const HARDENED: readonly (readonly [string, string])[] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.untrackedCache', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', 'false'],
  ['core.alternateRefsCommand', 'false'],
  ['core.pager', 'cat'],
  ['core.editor', 'false'],
  ['core.preloadIndex', 'false'],
  ['credential.helper', ''],
  ['diff.external', ''],
  ['gpg.program', 'false'],
  ['log.showSignature', 'false'],
  ['protocol.allow', 'never'],
  ['submodule.recurse', 'false'],
  ['maintenance.auto', 'false'],
  ['gc.auto', '0'],
  ['status.submoduleSummary', 'false'],
];

/** For `git config`: follows includes and the user's own files, and runs nothing by design. */
export function configReadingEnvironment(path: string, homedir: string): Record<string, string> {
  return { ...QUIET, PATH: path, HOME: homedir };
}

/** For everything else: configuration comes from `settings` alone. */
export function sealedEnvironment(
  path: string,
  homedir: string,
  settings: readonly (readonly [string, string])[],
): Record<string, string> {
  const all = [...settings, ...HARDENED];
  const environment: Record<string, string> = {
    ...configReadingEnvironment(path, homedir),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: String(all.length),
  };
  for (const [index, [key, value]] of all.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}
