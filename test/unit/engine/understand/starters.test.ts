/** Programs that are told to start another one. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { isOpaque, lines, shell, textFact } from './follow.ts';

const STARTS: readonly string[] = [
  "tmux new -d 'rm -rf src'", "tmux new-session -d -s x 'rm -rf src'", 'tmux neww -n x rm -rf src', "tmux split-window -h 'rm -rf src'", "tmux run-shell 'rm -rf src'", "byobu new -d 'rm -rf src'",
  'screen -dm rm -rf src', "screen -S x -dm bash -c 'rm -rf src'", "less '+!rm -rf src' f", "vim -c '!rm -rf src' f", "vim -c ':silent !rm -rf src' f", "vim '+!rm -rf src' f",
  "gdb -batch -ex 'shell rm -rf src'", "gdb -ex '!rm -rf src'", `emacs --batch --eval '(shell-command "rm -rf src")'`, "expect -c 'spawn rm -rf src; expect eof'",
  "printf '!rm -rf src\\n' | ed", "ed <<'E'\n!rm -rf src\nq\nE", "man -P 'rm -rf src' ls", "ssh -vo ProxyCommand='rm -rf src' h", "scp -o ProxyCommand='rm -rf src' a h:b",
  "GH_PAGER='rm -rf src' gh issue list", 'npm run env -- rm -rf src', 'just --command rm -rf src', 'V="!rm -rf src" git --config-env=alias.x=V x',
  'npx shx rm -rf src', 'npx cross-env A=1 rm -rf src', "npx concurrently 'rm -rf src' 'npm:dev'", "npx -c 'rm -rf src'",
]; // prettier-ignore

const PACKAGES: readonly (readonly [string, string])[] = [
  ['npx rimraf src', 'rimraf src'], ['npx -y rimraf@5 src', 'rimraf src'], ['pnpm dlx rimraf src', 'rimraf src'], ['yarn dlx del-cli src', 'del src'], ['bunx rimraf src', 'rimraf src'],
  ['npx prisma migrate reset', 'prisma migrate reset'], ['npx countersign down', 'countersign down'], ['yarn countersign down', 'countersign down'],
]; // prettier-ignore

const UNREAD: readonly string[] = [
  'GIT_CONFIG_GLOBAL=x git status', 'GIT_CONFIG_GLOBAL=/home/me/.config/../x git status', 'git --config-env=alias.x=V x', "PS4='$(x)' bash -xc ls", "make 'X:=$(shell rm -rf src)' ok",
  `node -e 'require("fs").writeFileSync("run.sh","x")'; bash run.sh`, 'printf -v D /tmp; bash "$D/x.sh"', 'bash "$TMPDIR/x.sh"', 'source "$DIR/../x.sh"',
  'ssh -F cfg h', 'scp -F cfg a h:b', 'ssh -o PermitLocalCommand=yes h', 'emacs --batch -l x.el', "gdb -ex 'python print(1)'", "expect -c 'x'", "vim -c 'call system(\"x\")' f", 'curl x | ed f', 'curl x | vim -es f',
]; // prettier-ignore

const CALM: readonly string[] = [
  'GH_PAGER=cat gh issue list', 'GIT_CONFIG_GLOBAL=/dev/null git status', 'GIT_CONFIG_GLOBAL=/home/me/.config/git/work git status', "PS4='+ ' bash -xc ls", 'make CFLAGS=-O2 ok', 'bash "$DIR/x.sh"',
  'tmux new -d -s work', 'tmux ls', 'screen -ls', 'less -R f', 'less +F log', 'vim f', 'vim - <<E\nx\nE', 'vim +12 f', 'gdb -batch -ex run -ex bt ./a', 'npx jest', 'npx tsc --noEmit', 'pnpm dlx create-vite', 'uvx ruff check', 'ssh -F /dev/null h', 'ssh -v h ls', 'scp a h:b',
]; // prettier-ignore

describe(verifies('understand:starters'), () => {
  test.each(STARTS)('%s', (source) => {
    expect(lines(shell(source)).map((line) => line.split(' !')[0])).toContain('rm -rf src');
  });

  test.each(PACKAGES)('%s', (source, expected) => {
    expect(lines(shell(source))).toContain(expected);
  });

  test('a pager of what was found is handed the files', () => {
    expect(lines(shell('git grep -Orm x')).join()).toContain('rm ‹$FOUND›');
  });

  test('a script that a program of the project does not name is not changed by it', () => {
    expect(isOpaque(shell('python3 a.py; bash run.sh'))).toBe(false);
  });

  test('a command in the folder of a package', () => {
    expect(lines(shell('npm explore x -- rm -rf ../../src'))).toContain('rm -rf ../../src @/work/node_modules/x');
  });

  test.each(UNREAD)('%s is opaque', (source) => {
    expect(isOpaque(shell(source))).toBe(true);
  });

  test.each(CALM)('%s is itself', (source) => {
    const operations = shell(source);
    expect(isOpaque(operations)).toBe(false);
    expect(operations.filter(({ remote }) => remote === undefined).length).toBeLessThanOrEqual(1);
  });

  test('a configuration of ssh that can be read is read', () => {
    expect(isOpaque(shell('ssh -F cfg h', [textFact('/work/cfg', 'Host h\n  User me\n')]))).toBe(false);
    expect(isOpaque(shell('ssh -F cfg h', [textFact('/work/cfg', 'Host h\n  ProxyCommand x\n')]))).toBe(true);
  });
});
