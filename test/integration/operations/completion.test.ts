import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';

import { repositoryWithWork } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { readyCli, succeed, type Cli } from '../cli/cli.ts';
import { bareMachine } from './machine.ts';

/** Each offer starts a shell, and some a command of ours. */
vi.setConfig({ testTimeout: 300_000 });

type Shell = 'bash' | 'zsh' | 'fish';

/** What the shell offers after these words; the last one is being typed. */
const ASK: Readonly<Record<Shell, (script: string, words: readonly string[]) => readonly string[]>> = {
  bash: (script, words) => [
    '-c',
    `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}; _countersign; printf '%s\\n' "\${COMPREPLY[@]}"`,
    script,
    ...words,
  ],
  fish: (script, words) => ['-c', `source ${script}; complete -C "${words.join(' ')}" | string split -f 1 \\t; true`],
  // A terminal of its own, in which the list of what fits is shown line by line. It is typed into once it reads lines:
  // what comes sooner may be thrown away.
  zsh: (script, words) => [
    '-fc',
    `export ZDOTDIR=${script}.d; mkdir -p $ZDOTDIR; print -r -- 'PS1=; PROMPT2=; autoload -U compinit; compinit -u -d ${script}.dump
    source ${script}; zstyle ":completion:*" list-packed no; LISTMAX=0; unsetopt automenu; setopt list_rows_first
    setopt no_always_last_prompt; stty columns 60 rows 999; bindkey "^D" list-choices
    zle-line-init() { print -n -- ready > $TTY }; zle -N zle-line-init' > $ZDOTDIR/.zshrc
    zmodload zsh/zpty
    zpty it zsh -d -i
    zpty -r it out '*ready*'
    zpty -wn it ${JSON.stringify(words.join(' '))}$'\\x04'
    zpty -wn it $'\\x15echo do""ne\\n'
    zpty -r it out '*done'$'\\r'
    print -r -- "$out"`,
  ],
};

const shells = (['bash', 'zsh', 'fish'] as const).map((shell) => ({
  shell,
  absent: spawnSync(shell, ['-c', 'true']).status !== 0,
}));

for (const { shell, absent } of shells) {
  test.skipIf(absent)(
    `${verifies('operations:completion')} (${shell}${absent ? ': not on this machine' : ''})`,
    async () => {
      const cli = await readyCli();
      const script = join(tempFolder(), 'completion');
      writeFileSync(script, (await succeed(cli, ['completion', shell])).stdout);
      // The program is found as the person's shell would find it.
      const { user } = bareMachine();
      const offered = (...words: string[]): string[] => offer(shell, script, words, cli, join(user, 'commands'));
      expect(offered('countersign', 'sta')).toEqual(['status']);
      expect(offered('countersign', 'trace', '')).toEqual(expect.arrayContaining(['show', 'verify', 'export']));
      expect(offered('countersign', 'doctor', '--f')).toEqual(['--full']);
      expect(offered('countersign', 'mode', '')).toEqual(expect.arrayContaining(['observe', 'enforce']));
      expect(offered('countersign', 'approve', '--for', '').toSorted()).toEqual(['15m', 'once', 'session', 'task']);

      expect(offered('countersign', 'policy', 'diff', 'preset')).toEqual(expect.arrayContaining(['preset:strict']));
      expect(offered('countersign', 'replay', '--policy', 'pack:ema')).toEqual([shell === 'bash' ? 'email' : 'pack:email']); // prettier-ignore

      const { root } = repositoryWithWork();
      const running = cli.start(['run', '--no-record', '--', 'rm', '-rf', 'src'], { cwd: root });
      onTestFinished(async () => {
        running.child.kill('SIGTERM');
        await running.ended;
      });
      const { id, session } = await cli.held();
      expect(offered('countersign', 'approve', '')).toEqual([id]);
      expect(offered('countersign', 'agents', 'revoke', '')).toEqual([session]);
      expect(offered('countersign', 'undo', 'pr')).toEqual(['prune']);
      const held = [expect.stringMatching(/^t[0-9a-z]+$/)];
      for (const words of [['replay'], ['policy', 'from']]) expect(offered('countersign', ...words, '')).toEqual(held);
      mkdirSync(join(cli.home, 'folder-of-policies'));
      expect(offered('countersign', 'policy', 'check', `${cli.home}/folder-of`).join(' ')).toContain(
        'folder-of-policies',
      );
    },
  );
}

test('without a daemon no ids are offered, and no words of failure', async () => {
  const ended = await bareMachine().run(['__values', 'approvals']);
  expect(ended).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
}); // prettier-ignore

function offer(shell: Shell, script: string, words: readonly string[], cli: Cli, commands: string): string[] {
  const { stdout, stderr, status } = spawnSync(shell, ASK[shell](script, words), {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...cli.env, PATH: `${commands}:/usr/local/bin:/usr/bin:/bin`, TERM: 'xterm', LC_ALL: 'C' },
  });
  if (status !== 0) throw new Error(`${shell}: ${stderr}`);
  return shell === 'zsh' ? listed(stdout, words.join(' ').trim()) : stdout.split('\n').filter((line) => line !== '');
}

/** The lines that zsh shows between the typed line and the same line drawn anew, without descriptions. */
function listed(screen: string, typed: string): string[] {
  const lines = stripVTControlCharacters(screen).replaceAll('\r', '').replaceAll('\u0007', '').split('\n');
  const from = lines.findIndex((line) => line.trimEnd().endsWith(typed)) + 1;
  const to = lines.findIndex((line, at) => at >= from && line.includes(typed));
  return lines.slice(from, to < 0 ? from : to).flatMap((line) => line.replace(/ +-- .*/, '').split(/\s+/)).filter((word) => word !== '');
} // prettier-ignore
