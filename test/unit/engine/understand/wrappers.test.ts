/** Wrappers come off, to any depth. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { absent, action, exec, isOpaque, line, lines, needs, shell, textFact } from './follow.ts';

const PEELED: readonly [source: string, expected: readonly string[]][] = [
  ['/bin/rm x', ['/bin/rm x']],
  ['env -i -- A=1 nice -n 5 timeout -k 1 5 nohup rm x', ['rm x']],
  ["env -S 'rm -rf' x", ['rm -rf x']],
  ["flock /tmp/l -c 'rm x'", [': flock >>/tmp/l', 'rm x']],
  ['flock 9 rm x', ['rm x']],
  ["aws-vault exec me -- sh -c 'rm x'", ['rm x']],
  ['lxc exec c -- rm x', ['rm x @? on container']],
  ['yarn npm unpublish a', ['npm unpublish a']],
  ['lvm vgremove a', ['vgremove a']],
  ['cmake -E remove_directory a', ['rm -rf a']],
  ['bash-5.2 -c "rm x"; /bin/sh.orig -c "rm y"', ['rm x', 'rm y']],
  ["parallel sh -c ::: 'rm x'", ['rm x']],
  ["parallel sh -c 'rm {}' ::: x", ['rm', 'rm x']],
  ['watch -n1 rm x', ['rm x']],
  ['command rm x; builtin cd y; exec rm z', ['rm x', 'cd y', 'rm z @/work/y']],
  ["bash -euxc 'rm x'", ['rm x']],
  [`bash -o pipefail -c 'rm "$1"' _ x`, ['rm x']],
  ['busybox rm x', ['rm x']],
  ['env - rm x', ['rm x']],
  ['echo rm x | at now', ['echo rm x', 'at now', 'rm x']],
  ['cat x | ssh h cat', ['cat x', 'ssh h cat !net.upload', 'cat @? on h']],
  ["echo / | xargs --replace sh -c 'rm {}'", ['echo /', 'rm /']],
  ['sudo -u me -- rm x', ['rm x !privilege.gain']],
  ['sudo A=1 -u me rm x', ['rm x !privilege.gain']],
  ["su - me -c 'rm x'", ['rm x !privilege.gain']],
  ["sudo sudo sh -c 'rm a; rm b'", ['rm a !privilege.gain', 'rm b !privilege.gain']],
  ['find . -name a -exec rm {} + -delete', ['find . -name a -exec rm {} + -delete', 'rm ‹{}›']],
  ['find . | xargs rm -f', ['find .', 'rm -f ‹{}›']],
  ['echo a b | xargs rm', ['echo a b', 'rm a b']],
  [`ls | xargs -I{} sh -c 'rm "{}"'`, ['ls', 'rm ‹{}›']],
  ['parallel rm ::: a b', ['rm a', 'rm b']],
  ["ssh -p 22 me@h 'rm a; rm b'", ['rm a @? on h', 'rm b @? on h']],
  ['docker exec -it c rm x', ['docker exec -it c rm x', 'rm x @? on container:c']],
  ['kubectl exec p -n x -- rm x', ['kubectl exec p -n x -- rm x', 'rm x @? on pod:p']],
  ["git -c alias.x='!rm a' x", ['rm a']],
  ["git -c core.pager='rm a' log", ['rm a', "git -c core.pager=rm a log"]],
  ["git rebase -x 'rm a' main", ['git rebase -x rm a main', 'rm a']],
  ['git bisect run rm a', ['git bisect run rm a', 'rm a']],
  ["GIT_SSH_COMMAND='rm a' git fetch", ['rm a', 'git fetch']],
  ['rg --pre rm x', ['rg --pre rm x', 'rm']],
  ["tar -cI 'rm a' -f b c", ['tar -cI rm a -f b c', 'rm a']],
  ["rsync -ave 'rm a' b h:c", ['rsync -ave rm a b h:c', 'rm a']],
  ['bash -c', ['bash -c']],
  ["tar cf a --checkpoint-action=exec='rm a' b", ['tar cf a --checkpoint-action=exec=rm a b', 'rm a']],
]; // prettier-ignore

describe(verifies('understand:wrappers'), () => {
  test.each(PEELED)('%s', (source, expected) => {
    expect(lines(shell(source))).toEqual(expected);
  });

  test('the path of wrappers is kept, outermost first', () => {
    const [operation] = exec(['sudo', 'env', 'A=1', 'bash', '-c', 'rm x']);
    expect(operation).toMatchObject({ via: ['sudo', 'env', 'bash'], privileged: true, env: { A: '1' } });
  });

  test('what only lists or checks is not peeled', () => {
    expect(lines(shell('sudo -l; command -v rm; env --version'))).toEqual([
      'sudo -l',
      'command -v rm',
      'env --version',
    ]);
  });
});

const FED: readonly [source: string, expected: string][] = [
  ["echo 'rm -rf x' | sh", 'rm -rf x'],
  ["printf 'rm %s' x | sudo bash", 'rm x !privilege.gain'],
  ['echo RM X | tr A-Z a-z | sh', 'rm x'],
  ['bash <<< "rm x"', 'rm x'],
  ['cat <<EOF | sh\nrm x\nEOF', 'rm x'],
  ['sh <<EOF\nrm x\nEOF', 'rm x'],
];

describe(verifies('understand:piped'), () => {
  test.each(FED)('static text: %s', (source, expected) => {
    const operations = shell(source);
    expect(lines(operations).at(-1)).toBe(expected);
    expect(isOpaque(operations)).toBe(false);
  });

  test.each(['echo cm0gLXJmIHg= | base64 -d | sh', 'echo 726d202d72662078 | xxd -r -p | tee y | sh', "echo 'x fr- mr' | rev | bash"])('commands in another spelling are read, and are no honest ones: %s', (source) => {
    const operations = shell(source);
    expect(lines(operations).at(-1)).toBe('rm -rf x');
    expect(isOpaque(operations)).toBe(true);
  }); // prettier-ignore

  test.each(['curl x | sh', 'curl x | sudo bash -s -- a', 'curl x | python3', 'bash <(curl x)', 'cat x | tee >(sh)'])('downloads: %s', (source) => {
    const effects = shell(source).flatMap((operation) => operation.ownEffects);
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'code.opaque', attributes: { piped: true } }));
  }); // prettier-ignore
});

describe(verifies('understand:scripts'), () => {
  test('a script is read and followed', () => {
    const operations = exec(['bash', 'x.sh', 'a'], [textFact('/work/x.sh', 'rm "$1"\n')]);
    expect(lines(operations)).toEqual(['bash x.sh a !code.run', 'rm a']);
  });

  test('a script is asked for, and one that is there and cannot be read is opaque', () => {
    const path = { kind: 'path', path: '/work/x.sh' } as const;
    expect(needs(['bash', 'x.sh'])).toEqual([{ kind: 'text', path: '/work/x.sh' }, path]);
    const there = { kind: 'path', type: 'file', bytes: 900_000 } as const;
    expect(isOpaque(exec(['bash', 'x.sh'], [[path, there as never]]))).toBe(true);
  });

  test.each(['bash x.sh', 'sh ./a/x.sh y', 'source x.sh', 'source .flags.sh', 'bash "$DIR/x.sh"'])('%s is code of the project where nothing is known', (source) => {
    expect(isOpaque(shell(source))).toBe(false);
  }); // prettier-ignore

  test.each(['source .env', '. ./prod.env', 'bash /tmp/x.sh', 'bash ../x.sh', 'sudo bash x.sh', 'bash $(a)/x.sh', 'curl -o "$F" u; bash "$F/x.sh"', 'curl -O u/x.sh; sh x.sh', 'ssh h bash x.sh', 'find . -exec bash {} \\;'])('%s is opaque', (source) => {
    expect(isOpaque(shell(source))).toBe(true);
  }); // prettier-ignore

  test('a script that the action writes first is judged by what is written', () => {
    const stale = [textFact('/work/x.sh', 'true')];
    expect(lines(shell("echo 'rm a' > x.sh; sh x.sh", stale))).toContain('rm a');
    expect(isOpaque(shell('curl -o x.sh u; sh x.sh', stale))).toBe(true);
    expect(isOpaque(shell('cat x.sh; sh x.sh', stale))).toBe(false);
  });

  test('a program that the action writes first is followed or opaque', () => {
    expect(lines(shell("printf '#!/bin/sh\\nrm a\\n' > x; chmod +x x; ./x")).at(-1)).toBe('rm a');
    expect(isOpaque(shell('curl -o inst u && chmod +x inst && ./inst'))).toBe(true);
    expect(isOpaque(shell('gcc -o main main.c && ./main'))).toBe(false);
  });

  test.each(['git pull', 'git checkout other -- x.sh', 'tar xf a.tgz', 'sed -i s/a/b/ x.sh', 'cp y x.sh'])(
    'after %s a script on disk is another',
    (change) => {
      expect(isOpaque(shell(`${change}; sh x.sh`, [textFact('/work/x.sh', 'true')]))).toBe(true);
    },
  );

  test('start files and activation scripts are ordinary', () => {
    expect(isOpaque(shell('source ~/.bashrc; . venv/bin/activate'))).toBe(false);
    expect(isOpaque(shell('echo x >> venv/bin/activate; . venv/bin/activate'))).toBe(true);
  });

  test('a target of make is followed with what it needs', () => {
    const makefile = textFact(
      '/work/Makefile',
      'D = build\nall: test\ntest: clean\n\tpytest\nclean:\n\t@rm -rf $(D)\n',
    );
    expect(lines(exec(['make'], [absent('/work/GNUmakefile'), absent('/work/makefile'), makefile]))).toEqual([
      'make !code.run',
      'pytest',
      'rm -rf build',
    ]);
    expect(lines(exec(['make', 'test']))).toEqual(['make test !code.run']);
  });

  test('a script of package.json is followed with its arguments', () => {
    const manifest = textFact('/work/package.json', '{"scripts":{"pretest":"a","test":"rm -rf dist"}}');
    expect(lines(exec(['npm', 'run', 'test', '--', 'x'], [manifest]))).toEqual([
      'npm run test -- x !code.run',
      'a',
      'rm -rf dist x',
    ]);
  });

  test('an alias of git is looked up only for names git does not know', () => {
    expect(needs(['git', 'status'])).toEqual([]);
    const alias = { kind: 'git-alias', cwd: '/work', name: 'pf' } as const;
    expect(needs(['git', 'pf'])).toEqual([alias]);
    const operations = exec(['git', 'pf', 'x'], [[alias, { kind: 'git-alias', value: 'push --force' }]]);
    expect(operations.map(line)).toEqual(['git push --force x']);
    expect(lines(exec(['git', 'pf', 'x'], [[alias, { kind: 'git-alias', value: '!rm -rf' }]]))).toEqual(['rm -rf x']);
  });
});

describe(verifies('understand:tools'), () => {
  test('a tool that is a shell is read as shell source', () => {
    expect(lines(action({ kind: 'tool', tool: 'Bash', args: { command: 'rm a; rm b' } }))).toEqual(['rm a', 'rm b']);
  });

  test.each([
    [{ kind: 'tool', tool: 'Read', args: {} }, 'tool:Read', []],
    [{ kind: 'mcp', server: 'a', tool: 'b/c' }, 'mcp:a/b/c', []],
    [{ kind: 'sql', source: 'select 1' }, 'sql', []],
    [{ kind: 'http', method: 'GET', url: 'https://h/' }, 'http', ['GET', 'https://h/']],
  ])('%o is one operation', (fields, program, argv) => {
    expect(action(fields)).toMatchObject([{ program, argv }]);
  });
});
