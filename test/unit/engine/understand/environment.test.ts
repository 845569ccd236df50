/** The environment an action comes with is judged like assignments in front of it. */
import { describe, expect, test } from 'vitest';

import { effectsOf } from '../../../../daemon/engine/catalog/effects-of.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { noParsers } from '../../../../daemon/engine/sql/load.ts';
import { understand } from '../../../../daemon/engine/understand/understand.ts';
import { Action } from '../../../../protocol/action.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { action, isOpaque, lines, shell } from './follow.ts';

type Env = Readonly<Record<string, string>>;

function run(command: string, env: Env) {
  return action({ kind: 'exec', argv: command.split(' '), env: { HOME: '/home/me', ...env } });
}

/** Kinds and targets of all effects, and how many facts were asked for. */
function effects(command: string, env: Env) {
  const lookup = createLookup(new Map());
  const it = Action.parse({ kind: 'exec', argv: command.split(' '), cwd: '/work', session: 's', env });
  const found = understand(it, lookup).operations.flatMap((operation) => effectsOf(operation, { action: it, lookup, parsers: noParsers })); // prettier-ignore
  return { found: found.map(({ kind, targets }) => [kind, ...targets.map(({ name }) => name)].join(' ')), needs: lookup.needs.size }; // prettier-ignore
}

const STARTED: readonly [command: string, env: Env][] = [
  ['git diff', { GIT_EXTERNAL_DIFF: 'rm -rf src' }],
  ['git status', { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.fsmonitor', GIT_CONFIG_VALUE_0: 'rm -rf src' }],
  ['git status', { GIT_CONFIG_PARAMETERS: "'core.fsmonitor=rm -rf src'" }],
  ['git status', { GIT_CONFIG_PARAMETERS: "'a.b'='c' 'core.fsmonitor'='rm -rf src'" }],
  ['git fetch', { GIT_SSH_COMMAND: 'rm -rf src' }],
  ['git x', { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'alias.x', GIT_CONFIG_VALUE_0: '!rm -rf src' }],
  ['git commit', { EDITOR: 'rm -rf src' }],
  ['git log', { PAGER: 'rm -rf src' }],
  ['rsync a h:b', { RSYNC_RSH: 'rm -rf src' }],
  ['man ls', { MANPAGER: 'rm -rf src' }],
];

const UNREADABLE: readonly [command: string, env: Env][] = [
  ['git diff', { GIT_EXTERNAL_DIFF: '[too long]' }],
  ['git log', { GIT_PAGER: '[set]' }],
  ['git status', { GIT_EXEC_PATH: '/tmp/git' }],
  ['git status', { GIT_CONFIG_PARAMETERS: '[too long]' }],
  ['git status', { GIT_CONFIG_COUNT: '9999' }],
  ['git status', { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: '[too long]' }],
  ['git clone x', { GIT_TEMPLATE_DIR: '/tmp/t' }],
  ['git mine', { GIT_CONFIG_GLOBAL: '/tmp/config' }],
  ['ls', { LD_PRELOAD: '/tmp/x.so' }],
  ['bash -c ls', { BASH_ENV: '/tmp/x' }],
  ['bash -c ls', { 'BASH_FUNC_ls%%': '() { rm -rf src; }' }],
];

describe(verifies('understand:environment'), () => {
  test.each(STARTED)('%s starts what %o names', (command, env) => {
    expect(lines(run(command, env))).toContain('rm -rf src');
  });

  test.each(UNREADABLE)('%s with %o is opaque', (command, env) => {
    expect(isOpaque(run(command, env))).toBe(true);
  });

  test.each(STARTED.filter(([command]) => command.startsWith('git')))('the same in source: %s %o', (command, env) => {
    const assigned = Object.entries(env).map(([name, value]) => `${name}='${value.replaceAll("'", String.raw`'\''`)}'`);
    expect(lines(shell(`${assigned.join(' ')} ${command}`)).filter((line) => line.startsWith('rm'))).toEqual(['rm -rf src']); // prettier-ignore
    expect(lines(shell(`export ${assigned.join(' ')}; ${command}`))).toContain('rm -rf src');
  });

  test('an export of code is seen', () => {
    expect(isOpaque(shell('export LD_PRELOAD=/tmp/x.so; ls'))).toBe(true);
  });

  test('a stage of a deployment is no start file', () => {
    expect(isOpaque(shell('ENV=production npm run build'))).toBe(false);
  });

  test('git works on the tree the variables name', () => {
    expect(effects('git clean -fdx', { GIT_DIR: '/r/.git', GIT_WORK_TREE: '/r' }).found).toEqual(['file.delete /r']);
    expect(effects('git --git-dir=/r/.git --work-tree=/r reset --hard', {}).found).toEqual(['vcs.discard /r']);
  });

  test.each<Env>([
    { GIT_DIR: '/r/.git' },
    { GIT_INDEX_FILE: '/tmp/empty' },
    { GIT_WORK_TREE: '[set]' },
    { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.worktree', GIT_CONFIG_VALUE_0: '/r' },
  ])('with %o nobody knows what git clean takes', (env) => {
    expect(effects('git clean -fdx', env)).toEqual({ found: ['file.delete ?'], needs: 0 });
  });

  test('a variable that is unset again no longer counts', () => {
    const argv = ['sh', '-c', 'unset GIT_WORK_TREE; git clean -fdx'];
    expect(action({ kind: 'exec', argv, env: { GIT_WORK_TREE: '/r' } }).at(-1)?.env).toEqual({});
  });

  test.each(['env -i git clean', 'env - git clean', 'env -u GIT_WORK_TREE -u HOME git clean'])('%s', (command) => {
    expect(run(command, { GIT_WORK_TREE: '/r' }).at(-1)?.env).toEqual({});
  });

  test('a trace file is written', () => {
    expect(effects('git status', { GIT_TRACE: '/home/me/notes' }).found).toEqual(['vcs.read', 'file.write /home/me/notes']); // prettier-ignore
    expect(effects('git status', { GIT_TRACE: '1' }).found).toEqual(['vcs.read']);
  });

  test.each(['git status', 'git log', 'git diff', 'git commit -m x', 'git fetch', 'git rebase -i main'])(
    'an ordinary environment adds nothing to %s',
    (command) => {
      const ordinary = {
        GIT_PAGER: 'cat', PAGER: 'less -FRX', GIT_EDITOR: 'true', EDITOR: 'code --wait', VISUAL: '/usr/bin/vim', GIT_TERMINAL_PROMPT: '0',
        GIT_SSH_COMMAND: 'ssh -i /home/me/.ssh/deploy -o IdentitiesOnly=yes', GIT_EXEC_PATH: '/usr/lib/git-core', LD_PRELOAD: '/usr/lib/libjemalloc.so.2',
        GIT_ASKPASS: '/home/me/.vscode-server/bin/x/extensions/git/dist/askpass.sh', NODE_OPTIONS: '--max-old-space-size=4096',
        GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index', GIT_AUTHOR_NAME: 'me', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*',
      }; // prettier-ignore
      expect(effects(command, ordinary)).toEqual(effects(command, {}));
    },
  );
});
