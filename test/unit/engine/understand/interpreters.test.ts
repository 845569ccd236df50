/** One-liners of interpreters are read by pattern. */
import { describe, expect, test } from 'vitest';

import type { EffectDraft } from '../../../../daemon/engine/types.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { exec, lines, shell } from './follow.ts';

function effects(argv: readonly string[]): readonly EffectDraft[] {
  return exec(argv).flatMap((operation) => operation.ownEffects);
}

const COMMANDS: readonly [interpreter: string, option: string, code: string, expected: string][] = [
  ['python3', '-c', "import os; os.system('rm -rf x')", 'rm -rf x'],
  ['python', '-c', "from os import system as s; s('rm x')", 'rm x'],
  ['python', '-c', "import subprocess as p; p.run(['rm', '-rf', 'x'])", 'rm -rf x'],
  ['python', '-c', "import subprocess; subprocess.run(['rm', p])", 'rm ‹…›'],
  ['python', '-c', "import os; os.execvp('rm', ['rm', '-rf', 'x'])", 'rm -rf x'],
  ['node', '-e', "require('child_process').execSync('rm x')", 'rm x'],
  ['node', '-e', "const {spawnSync: s} = require('node:child_process'); s('rm', ['-r', 'x'])", 'rm -r x'],
  ['perl', '-e', 'system("rm", "-rf", "x")', 'rm -rf x'],
  ['perl', '-e', 'print `rm x`', 'rm x'],
  ['ruby', '-e', '%x(rm x)', 'rm x'],
  ['php', '-r', "shell_exec('rm x');", 'rm x'],
  ['lua', '-e', "os.execute('rm x')", 'rm x'],
];

const TOUCHES: readonly [interpreter: string, option: string, code: string, kind: string, path: string | undefined][] =
  [
    ['python', '-c', "import shutil; shutil.rmtree('build')", 'file.delete', '/work/build'],
    ['python', '-c', 'import os\nos.remove("/tmp/a")', 'file.delete', '/tmp/a'],
    ['python', '-c', "from pathlib import Path; Path('a').unlink()", 'file.delete', '/work/a'],
    ['python', '-c', 'import shutil, sys; shutil.rmtree(sys.argv[1])', 'file.delete', undefined],
    ['python', '-c', "open('a', 'w').write('')", 'file.write', '/work/a'],
    ['python', '-c', "print(open('.env').read())", 'file.read', '/work/.env'],
    ['node', '-e', "fs.rmSync('../a', { recursive: true })", 'file.delete', '/a'],
    ['node', '-e', "import {unlinkSync} from 'fs'; unlinkSync('a')", 'file.delete', '/work/a'],
    ['perl', '-e', 'unlink "a"', 'file.delete', '/work/a'],
    ['ruby', '-e', "require 'fileutils'; FileUtils.rm_rf('a')", 'file.delete', '/work/a'],
    ['php', '-r', "unlink('a');", 'file.delete', '/work/a'],
  ];

describe(verifies('understand:interpreters'), () => {
  test.each(COMMANDS)('%s %s %s', (interpreter, option, code, expected) => {
    expect(lines(exec([interpreter, option, code])).slice(1)).toEqual([expected]);
  });

  test.each(TOUCHES)('%s %s %s', (interpreter, option, code, kind, path) => {
    const found = effects([interpreter, option, code]).find((effect) => effect.kind === kind);
    const target = path === undefined ? { kind: 'unknown', dynamic: true } : { kind: 'path', name: path };
    expect(found?.targets[0]).toMatchObject(target);
  });

  test.each([
    ['node', '--test'],
    ['node', '--test', 'test/a.js'],
    ['node', '--run=build'],
    ['php', '-S', 'localhost:8000'],
    ['python3', '-m', 'pytest'],
  ])('%s %s runs what the project has', (...argv) => {
    expect(effects(argv).map((effect) => effect.kind)).toEqual(['code.run']);
  });

  test.each([
    ['python', '-c', 'exec(input())'],
    ['python', '-c', "__import__('o' + 's').system('x')"],
    ['python', '-c', "import os; getattr(os, 'sys' + 'tem')('x')"],
    ['python', '-c', 'import os; os.system(cmd)'],
    ['node', '-e', "new Function('x')()"],
    ['node', '-e', "require('child_' + 'process').exec('x')"],
    ['perl', '-e', 'eval "x"'],
    ['ruby', '-e', "eval('x')"],
  ])('hides something: %s %s %s', (...argv) => {
    expect(effects(argv)).toContainEqual(expect.objectContaining({ kind: 'code.opaque' }));
  });

  test.each([
    ['python3', '-c', 'print(1 + 1)'],
    ['python3', '-c', "import re; print(re.compile('a'))"],
    ['node', '-p', 'process.version'],
    ['perl', '-ne', 'print if /x/'],
    ['python3', 'x.py'],
    ['python3.12', '-m', 'pytest'],
  ])('is ordinary: %s %s %s', (...argv) => {
    expect(effects(argv).map((effect) => effect.kind)).toEqual(['code.run']);
  });

  test('programs in a heredoc are read, awk starts commands, perl edits in place', () => {
    expect(lines(shell("python3 - <<'E'\nimport os\nos.remove('a')\nE"))).toEqual(['python3 - !file.delete']);
    expect(lines(shell(`awk 'BEGIN { system("rm x") }'`)).at(-1)).toBe('rm x');
    expect(lines(shell("perl -pi -e 's/a/b/' f"))).toEqual(['perl -pi -e s/a/b/ f !file.write !code.run']);
  });
});
