/** A daemon whose clocks are set, as by a person, a time server or a machine that slept. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';

import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

// Each starts daemons of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const SOURCE = fileURLToPath(new URL('moved-clock.c', import.meta.url));
const HOUR = 3_600;

const canPreload = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

type Clocks = { readonly daemon: TestDaemon; set(which: 'wall' | 'boot', seconds: number): void };

async function daemonWithClocks(): Promise<Clocks> {
  const folder = tempFolder('clock');
  const library = `${folder}/moved-clock.so`;
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  const files = { wall: `${folder}/wall`, boot: `${folder}/boot` };
  const set = (which: 'wall' | 'boot', seconds: number): void => writeFileSync(files[which], `${seconds}\n`);
  set('wall', 0);
  set('boot', 0);
  const daemon = await startDaemon({
    env: { LD_PRELOAD: library, WALL_OFFSET: files.wall, BOOT_OFFSET: files.boot },
  });
  await enrolHuman(daemon);
  return { daemon, set };
}

async function pause({ control }: TestDaemon): Promise<void> {
  await control.call('pause', { body: { durationMs: 2 * HOUR * 1_000, reason: 'a migration' } });
  expect((await control.call('status')).pausedUntil).not.toBeNull();
}

const moves: readonly (readonly [name: string, move: (set: Clocks['set']) => void])[] = [
  ['forward', (set) => set('wall', 3 * HOUR)],
  ['backward', (set) => set('wall', -HOUR)],
  [
    'backward by less than has passed since',
    (set) => {
      set('wall', 100);
      set('boot', 100);
      set('wall', 50);
    },
  ],
  [
    'asleep',
    (set) => {
      set('wall', 3 * HOUR);
      set('boot', 3 * HOUR);
    },
  ],
  ['asleep, and the wall clock set back to hide it', (set) => set('boot', 3 * HOUR)],
];

test.skipIf(!canPreload).each(moves)(`${verifies('failure:clock')} (%s)`, async (_, move) => {
  const { daemon, set } = await daemonWithClocks();
  const { root } = repositoryWithWork();
  const asked = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
  await asked.held;
  await pause(daemon);
  move(set);
  expect(await verdictOf(asked)).toMatchObject({ verdict: 'deny', code: 'approval_expired' });
  await eventually(
    async () => ((await daemon.control.call('status')).pausedUntil === null ? true : undefined),
    'the pause to end',
  );
});

test.skipIf(!canPreload)(
  `${verifies('failure:clock')} (what was held is closed though it came from later)`,
  async () => {
    const { daemon, set } = await daemonWithClocks();
    set('wall', HOUR);
    const { root } = repositoryWithWork();
    const asked = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
    await asked.held;
    await daemon.kill();
    // With the right time again.
    const back = await startDaemon({ home: daemon.home });
    const line = await eventually(
      async () => (await back.control.call('log')).find(({ kind, verdict }) => kind === 'exec' && verdict === 'deny'),
      'the question to be closed',
    );
    expect(line).toMatchObject({ outcome: 'refused' });
  },
);
