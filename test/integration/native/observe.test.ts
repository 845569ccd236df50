/** In observe mode nothing that goes wrong reaches the command: no daemon, one that fails, nowhere to keep what ran. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { setClientMode } from '../../../shims/install.ts';
import { verifies } from '../../helpers/verifies.ts';
import { place, run, serve, SYSTEM_PATH, type Place } from './installed.ts';

const isRoot = process.getuid?.() === 0;
const MAX_SPOOL_BYTES = 64 * 1024 * 1024;
const RAN = { code: 7, signal: null, out: 'ran\n', err: '' };

function observing(): Place & { readonly spool: string } {
  const installed = place({ tools: ['probe'] });
  setClientMode(installed.paths, 'observe');
  return { ...installed, spool: `${installed.home}/spool` };
}

function probe({ path }: Place, around = '') {
  const line = `${around} exec probe -c 'echo ran; exit 7'`;
  return run('/bin/bash', ['-c', line], { env: { PATH: `${path}:${SYSTEM_PATH}` } });
}

const BROKEN: readonly (readonly [string, (spool: string) => void])[] = [
  ['full', (spool) => truncateSync(file(spool), MAX_SPOOL_BYTES)],
  ['a pipe that nobody reads', (spool) => replaced(file(spool), (path) => execFileSync('mkfifo', [path]))],
  ['a symlink', (spool) => replaced(file(spool), (path) => symlinkSync(`${spool}/elsewhere`, path))],
  ['a folder', (spool) => replaced(file(spool), (path) => mkdirSync(path))],
  ['in a file for a folder', (spool) => replaced(spool, (path) => writeFileSync(path, ''))],
  ['in a folder that is a symlink to nothing', (spool) => replaced(spool, (path) => symlinkSync('/nowhere', path))],
  ['in a pipe for a folder', (spool) => replaced(spool, (path) => execFileSync('mkfifo', [path]))],
  ['a device that is full', (spool) => replaced(file(spool), (path) => symlinkSync('/dev/full', path))],
];

function file(spool: string): string {
  return `${spool}/asks.jsonl`;
}

function replaced(path: string, put: (path: string) => void): void {
  rmSync(path, { recursive: true });
  put(path);
}

describe(verifies('native:observe-spool'), () => {
  test.each(BROKEN)('%s', async (_, spoil) => {
    const installed = observing();
    mkdirSync(installed.spool);
    writeFileSync(file(installed.spool), '');
    spoil(installed.spool);
    expect(await probe(installed)).toEqual(RAN);
    expect(existsSync(`${installed.spool}/elsewhere`)).toBe(false);
  });

  test('one that is full stays within its limit', async () => {
    const installed = observing();
    mkdirSync(installed.spool);
    writeFileSync(file(installed.spool), '');
    truncateSync(file(installed.spool), MAX_SPOOL_BYTES);
    await probe(installed);
    expect(statSync(file(installed.spool)).size).toBe(MAX_SPOOL_BYTES);
  });

  test.skipIf(isRoot)('one that may not be written (root may write all)', async () => {
    const installed = observing();
    chmodSync(installed.home, 0o500);
    expect(await probe(installed)).toEqual(RAN);
    chmodSync(installed.home, 0o700);
  });

  test('the limit of the caller for files is too low', async () => {
    const installed = observing();
    expect(await probe(installed, 'ulimit -f 0;')).toEqual(RAN);
  });

  test.each(['0', '777'])(
    'what a caller with umask %s leaves can be read and added to by its owner alone',
    async (mask) => {
      const installed = observing();
      expect(await probe(installed, `umask ${mask};`)).toEqual(RAN);
      expect(statSync(installed.spool).mode & 0o777).toBe(0o700);
      expect(statSync(file(installed.spool)).mode & 0o777).toBe(0o600);
    },
  );
});

describe(verifies('native:observe-errors'), () => {
  const answer = (code: string) => async () => {
    const installed = observing();
    await serve(
      installed.paths.agentSocket,
      ({ id }) =>
        `${JSON.stringify({ v: 1, type: 'error', id: code === 'too_large' ? '' : id, code, message: 'it failed' })}\n`,
    );
    return { installed, ended: await probe(installed) };
  };

  test.each(['internal', 'queue_full', 'bad_request', 'too_large'])('%s lets it run and is kept', async (code) => {
    const { installed, ended } = await answer(code)();
    expect(ended).toEqual(RAN);
    expect(existsSync(file(installed.spool))).toBe(true);
  });

  test.each(['unsupported_version', ''])('`%s` denies', async (code) => {
    const { ended } = await answer(code)();
    expect(ended).toEqual({ code: 126, signal: null, out: '', err: 'countersign: it failed\n' });
  });
});
