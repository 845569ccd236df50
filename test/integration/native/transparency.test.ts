/** The same line of shell with the tools in PATH and with their shims before them: nothing may differ. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { allow, place, run, serve, SYSTEM_PATH } from './installed.ts';

/** `probe` and `inner` are copies of bash, `script` has no `#!`. */
const LINES: readonly (readonly [string, string])[] = [
  ['exit status', `probe -c 'exit 193'; echo $?`],
  ['argv[0] as the caller chose it', `(exec -a 'odd name' probe -c 'head -z -n 1 /proc/$$/cmdline')`],
  ['bytes that are not UTF-8', `probe -c 'printf %s "$@" | od -An -tx1' x $'\\xff\\xfe\\x80\\xc3' $'\\xed\\xa0\\x80'`],
  ['a folder that is gone', `mkdir gone; cd gone; rmdir ../gone; probe -c 'pwd; echo $?'`],
  ['closed standard descriptors', `probe -c 'cd /proc/$$/fd; echo * >"$0"' "$PWD/list" <&- >&- 2>&-; cat list`],
  ['one closed descriptor', `probe -c 'echo x; echo $?' >&-`],
  ['many open descriptors', `for i in {10..250}; do eval "exec $i</dev/null"; done; probe -c 'cd /proc/$$/fd; echo *'`],
  ['SIGKILL', `exec probe -c 'kill -KILL $$'`],
  ['SIGTERM', `exec probe -c 'kill -TERM $$'`],
  ['SIGSEGV', `ulimit -c 0; exec probe -c 'kill -SEGV $$'`],
  ['umask', `umask 027; probe -c umask`],
  ['ignored signals', `trap '' USR1 PIPE HUP INT; probe -c 'grep -E "^Sig(Blk|Ign)" /proc/self/status'`],
  ['limits', `ulimit -n 77; ulimit -c 0; probe -c 'ulimit -n; ulimit -c'`],
  ['stdin of a pipe', `printf 'a\\nb' | probe -c 'read -r line; echo "$line"; cat'`],
  ['much stdin', `head -c 300000 /dev/zero | probe -c 'wc -c'`],
  ['env -i', `env -i PATH="$PATH" A=b probe -c 'tr "\\0" "\\n" </proc/$$/environ' | grep -v ^PATH=`],
  ['a script without #!', `script a 'b  c' ''; echo $?`],
  ['a tool in a tool', `probe -c 'inner -c "probe -c \\"echo deep; exit 7\\""'; echo $?`],
  ['a tool in the background', `probe -c 'sleep 0.05; echo late' & wait $!; echo $?`],
  [
    'its own process group',
    `set -m; probe -c 'read -r _ _ _ _ group _ </proc/$$/stat; [ "$group" = $$ ] && echo leads'`,
  ],
  ['not there', `absent; echo $?`],
];

describe(verifies('native:transparent'), () => {
  test.each(LINES)('%s', async (name, line) => {
    const installed = place({ tools: ['probe', 'inner', 'script'] });
    writeFileSync(`${installed.bin}/script`, 'printf "<%s>" "$@"\nexit 5\n');
    const { asks } = await serve(installed.paths.agentSocket, allow);
    const through = async (folder: string, path: string) => {
      mkdirSync(folder);
      return run('/bin/bash', ['-c', line], { cwd: folder, env: { PATH: `${path}:${SYSTEM_PATH}`, LC_ALL: 'C' } });
    };
    const direct = await through(`${installed.home}/one`, installed.bin);
    expect(asks).toHaveLength(0);
    const guarded = await through(`${installed.home}/two`, installed.path);
    expect(plain(guarded, 'two')).toEqual(plain(direct, 'one'));
    expect(asks.length > 0).toBe(name !== 'not there');
  });
});

/** Process numbers and the two folders are no difference. */
function plain<T extends { out: string; err: string }>(ended: T, folder: string): T {
  const text = (from: string) =>
    from.replaceAll(`/${folder}`, '/FOLDER').replaceAll(/line \d+: +\d+ /g, 'line N: PID ');
  return { ...ended, out: text(ended.out), err: text(ended.err) };
}

test.each([
  ['<&-', 'closed'],
  ['</dev/null', 'null'],
  ['</bin/true', 'file'],
  ['< <(:)', 'pipe'],
] as const)(`${verifies('native:stdin')} (%s)`, async (redirection, stdin) => {
  const installed = place({ tools: ['probe'] });
  const { asks } = await serve(installed.paths.agentSocket, allow);
  const env = { PATH: `${installed.path}:${SYSTEM_PATH}` };
  expect(await run('/bin/bash', ['-c', `probe -c : ${redirection}`], { env })).toMatchObject({ code: 0, err: '' });
  expect(asks[0]?.stdin).toBe(stdin);
});
