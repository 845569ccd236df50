/** What a shim takes itself for, however it was started. */
import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { allow, place, run, serve, SYSTEM_PATH } from './installed.ts';

/** `probe` is a copy of bash. */
async function guarded() {
  const installed = place({ tools: ['probe'] });
  const { asks } = await serve(installed.paths.agentSocket, allow);
  const inBash = (line: string) =>
    run('/bin/bash', ['-c', line], {
      env: { PATH: `${installed.path}:${SYSTEM_PATH}`, SHIMS: installed.paths.shims },
      cwd: installed.home,
    });
  return { ...installed, asks, inBash };
}

describe(verifies('native:name'), () => {
  test('a script that names the shim after `#!`', async () => {
    const { home, paths, bin, asks, inBash } = await guarded();
    // Of the name of another tool, so that it cannot be taken for one.
    for (const name of ['some-script', 'git'])
      writeFileSync(`${home}/${name}`, `#!${paths.shims}/probe\necho "$0 $1"\nexit 7\n`, { mode: 0o755 });
    expect(await inBash('./some-script x')).toMatchObject({ code: 7, out: './some-script x\n' });
    expect(await inBash('./git x')).toMatchObject({ code: 7, out: './git x\n' });
    const asked = { name: 'probe', executable: `${bin}/probe` };
    expect(asks).toEqual([expect.objectContaining(asked), expect.objectContaining(asked)]);
  });

  test('argv[0] of another tool', async () => {
    const { asks, inBash } = await guarded();
    expect(await inBash(`exec -a "$SHIMS/true" probe -c 'exit 7'`)).toMatchObject({ code: 7 });
    expect(asks.map(({ name }) => name)).toEqual(['probe']);
  });

  test('a symlink of another name stands for that name', async () => {
    const { home, paths, asks, inBash } = await guarded();
    symlinkSync(`${paths.shims}/probe`, `${home}/inner`);
    copyFileSync('/bin/bash', `${home}/bin/inner`);
    expect(await inBash(`./inner -c 'exit 7'`)).toMatchObject({ code: 7 });
    expect(asks.map(({ name }) => name)).toEqual(['inner']);
  });

  test('the file in a relative folder is told by its whole path', async () => {
    const { home, asks, inBash } = await guarded();
    expect(await inBash(`PATH="$SHIMS:bin:/usr/bin" probe -c 'exit 7'`)).toMatchObject({ code: 7 });
    expect(asks.map(({ executable }) => executable)).toEqual([`${home}/bin/probe`]);
  });
});

test(verifies('native:exhausted'), async () => {
  const { inBash, asks } = await guarded();
  const denied = await inBash(`exec 3</dev/null 4</dev/null; ulimit -n 5; exec probe -c 'exit 7'`);
  expect(denied).toMatchObject({ code: 126, out: '' });
  expect(denied.err).toMatch(/no file descriptor is left.*ulimit -n.*run the command again/);
  expect(asks).toEqual([]);
});
