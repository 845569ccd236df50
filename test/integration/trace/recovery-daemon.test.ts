/** The real daemon on a trace that was damaged while it was down, and while it runs. */
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { enrolHuman, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { verifyTrace } from '../../../daemon/trace/verify.ts';
import { createPublicKey } from 'node:crypto';
import type { Paths } from '../../../protocol/paths.ts';

const PATIENCE_MS = 240_000;

const verify = ({ traceDb, witness, keys }: Paths) =>
  verifyTrace({ traceDb, witness, publicKey: createPublicKey(readFileSync(join(keys, 'daemon.pub'))) });

/** On a busy machine judging takes its time; what is held answers at once only to whoever does not wait. */
const ask = ({ agent }: TestDaemon, argv: readonly string[], waitMs = 0) =>
  agent.call('evaluate', { body: { action: { kind: 'exec', argv: [...argv], stdin: 'null', cwd: '/', env: {}, agent: 'tester' }, waitMs } }); // prettier-ignore

const SPOILS: readonly (readonly [name: string, spoil: (traceDb: string) => void])[] = [
  ['cut in two', (traceDb) => truncateSync(traceDb, 4_096 * 3)],
  ['no database', (traceDb) => writeFileSync(traceDb, 'this is no database\n'.repeat(500))],
];

test(
  verifies('trace:recovery-daemon'),
  async () => {
    const home = tempFolder();
    const first = await startDaemon({ home });
    const argv = ['rm', '-rf', '/etc/hosts'];
    await enrolHuman(first);
    await ask(first, ['ls']);
    await first.stop();
    for (const [name, spoil] of SPOILS) {
      const copy = tempFolder();
      cpSync(home, copy, { recursive: true });
      spoil(join(copy, 'trace.db'));
      const daemon = await startDaemon({ home: copy });
      const { problems } = await daemon.control.call('status');
      expect({ name, told: problems.some((problem) => problem.includes('was recovered')) }).toEqual({
        name,
        told: true,
      });
      // It goes on deciding, and what is held is on disk before anybody is told.
      const held = await ask(daemon, argv, 30_000);
      expect(held.score).toBeGreaterThan(30);
      expect(held.verdict).not.toBe('allow');
      await daemon.kill();
      const report = verify(daemon.paths);
      expect(report).toMatchObject({ ok: false, holds: true, gaps: [{ kind: 'store.recovered', kept: expect.stringMatching('^set-aside/') as string }] }); // prettier-ignore
      expect(readdirSync(join(copy, 'set-aside'))).toHaveLength(1);
      const again = await startDaemon({ home: copy });
      const log = await again.control.call('log', { query: { limit: 100 } });
      expect(log.map(({ kind }) => kind)).toContain('store.recovered');
      // Whether the settings were accepted is not known any more.
      const waits = expect.stringContaining('countersign policy accept') as string;
      expect((await again.control.call('status')).problems).toEqual([waits]);
      await again.stop();
    }
  },
  PATIENCE_MS,
);

test(
  verifies('trace:recovery-running'),
  async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const folder = join(daemon.home, 'saved');
    const manifest = await daemon.control.call('traceBackup', { body: { folder } });
    expect(manifest.events).toBeGreaterThan(0);
    await ask(daemon, ['ls', '/etc']);
    await daemon.control.call('log', { query: { limit: 1 } });
    await ask(daemon, ['rm', '/etc/hosts']);
    // The pages under the daemon's feet are overwritten; what was written since a reader looked has to be read anew.
    for (const file of [daemon.paths.traceDb, `${daemon.paths.traceDb}-wal`]) writeFileSync(file, Buffer.alloc(200_000, 3), { flag: 'r+' }); // prettier-ignore
    await daemon.control.call('log', { query: { limit: 100 } });
    expect((await daemon.control.call('status')).problems.join()).toContain('was recovered');
    const answers = [];
    for (let time = 0; time < 6; time++) {
      const { verdict } = await ask(daemon, ['rm', '-rf', '/etc/hosts', `/etc/${time}`]);
      answers.push(verdict);
    }
    expect(answers).not.toContain('allow');
    await daemon.control.call('traceRestore', { body: { folder, keepPresent: true } });
    const erased = await daemon.control.call('traceErase', { body: { what: { kind: 'before', before: Date.now() }, reason: 'a test' } }); // prettier-ignore
    expect(erased.payloads).toBeGreaterThan(0);
    await daemon.stop();
    expect(verify(daemon.paths)).toMatchObject({ holds: true });
  },
  PATIENCE_MS,
);
