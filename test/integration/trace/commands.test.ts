/** What a person does to the trace as a whole, through the real `countersign`, and that a governed agent cannot. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { LogLine, StoredFrame, VerifyReport } from '../../../protocol/trace.ts';
import { NODE } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { BIN, readyCli, succeed, type Cli } from '../cli/cli.ts';

async function logOf(cli: Cli): Promise<LogLine[]> {
  const { stdout } = await succeed(cli, ['log', '--json']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);
}

async function runGit(cli: Cli): Promise<LogLine> {
  const before = new Set((await logOf(cli)).map(({ traceId }) => traceId));
  await succeed(cli, ['run', '--', '/bin/sh', '-c', 'git --version']);
  const line = (await logOf(cli)).find(({ kind, traceId }) => kind === 'exec' && !before.has(traceId));
  if (line === undefined) throw new Error('the command is not in the log');
  return line;
}

test(verifies('trace:cli-backup'), async () => {
  const cli = await readyCli();
  const kept = await runGit(cli);
  const folder = join(cli.home, 'saved', 'one');
  const saved = await succeed(cli, ['trace', 'backup', folder]);
  expect(saved.stdout).toContain(`frames in ${folder}, verified`);
  expect(statSync(folder).mode & 0o77).toBe(0);
  // A folder that is there gets one of its own inside, and none at all means one under the home.
  const second = await cli.json<{ folder: string }>(['trace', 'backup', folder]);
  expect(second.folder).toMatch(`${folder}/trace-`);
  const third = await cli.json<{ folder: string }>(['trace', 'backup']);
  expect(third.folder).toMatch(join(cli.home, 'backups', 'trace-'));

  const later = await runGit(cli);
  const whole = await cli.json<VerifyReport>(['trace', 'verify', '--file', folder]);
  expect(whole).toMatchObject({ ok: true, holds: true });
  const bare = await cli.json<VerifyReport>(['trace', 'verify', '--file', join(folder, 'trace.db')]);
  expect(bare).toMatchObject({ ok: true, events: whole.events, witnessedTo: 0 });

  // Nothing is lost by accident.
  const refused = await cli.run(['trace', 'restore', folder]);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--keep-present') as string });
  expect((await logOf(cli)).map(({ traceId }) => traceId)).toContain(later.traceId);
  const restored = await succeed(cli, ['trace', 'restore', folder, '--keep-present']);
  expect(restored.stdout).toContain(`goes on from the backup in ${folder}`);
  const ids = (await logOf(cli)).map(({ traceId }) => traceId);
  expect(ids).toContain(kept.traceId);
  expect(ids).not.toContain(later.traceId);
  const [aside = ''] = readdirSync(join(cli.home, 'set-aside'));
  expect(existsSync(join(cli.home, 'set-aside', aside, 'trace.db'))).toBe(true);
  const verified = await cli.run(['trace', 'verify']);
  expect(verified).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('something is missing') as string });
  expect(verified.stdout).toContain(`restored from a backup`);
  expect(verified.stdout).toContain(`set-aside/${aside}`);

  // A backup that somebody changed is told from a good one, and is not taken.
  const db = join(folder, 'trace.db');
  const bytes = readFileSync(db);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100);
  writeFileSync(db, bytes);
  expect(await cli.run(['trace', 'restore', folder, '--keep-present'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('manifest') as string,
  });
  expect(await cli.run(['trace', 'verify', '--file', join(cli.home, 'nothing')])).toMatchObject({ exitCode: 1 });
});

test(verifies('trace:cli-erase'), async () => {
  const cli = await readyCli();
  const [erased, kept] = [await runGit(cli), await runGit(cli)];
  const show = (id: string) => cli.json<StoredFrame[]>(['trace', 'show', id]);
  expect(await cli.run(['trace', 'erase', erased.traceId])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--reason') as string }); // prettier-ignore
  expect(await cli.run(['trace', 'erase', '--reason', 'x', '--yes'])).toMatchObject({ exitCode: 2 });
  expect(await cli.run(['trace', 'erase', '--before', 'someday', '--reason', 'x', '--yes'])).toMatchObject({ exitCode: 2 }); // prettier-ignore
  // Without a terminal nobody can say that it is meant.
  expect(await cli.run(['trace', 'erase', erased.traceId, '--reason', 'a leak'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') as string }); // prettier-ignore
  expect((await show(erased.traceId)).some((frame) => frame.erased)).toBe(false);

  const done = await succeed(cli, ['trace', 'erase', erased.traceId, '--reason', 'a leak', '--yes']);
  expect(done.stdout).toMatch(/\d+ payloads? erased/);
  const frames = await show(erased.traceId);
  expect(frames.filter(({ event }) => event.payload !== undefined).every((frame) => frame.erased)).toBe(true);
  expect((await show(kept.traceId)).some((frame) => frame.erased)).toBe(false);
  expect(await cli.json<VerifyReport>(['trace', 'verify'])).toMatchObject({ ok: true, erased: { payloads: frames.filter((frame) => frame.erased).length } }); // prettier-ignore
  const again = await succeed(cli, ['trace', 'erase', erased.traceId, '--reason', 'a leak', '--yes']);
  expect(again.stdout).toContain('nothing to erase');
  await succeed(cli, ['trace', 'erase', '--session', kept.session, '--reason', 'a leak', '--yes']);
  expect((await show(kept.traceId)).some((frame) => frame.erased)).toBe(true);
});

test(verifies('trace:cli-governed'), async () => {
  const cli = await readyCli();
  const { traceId } = await runGit(cli);
  const folder = join(cli.home, 'saved');
  await succeed(cli, ['trace', 'backup', folder]);
  const attempts = [
    `trace backup ${join(cli.home, 'stolen')}`,
    `trace restore ${folder} --keep-present`,
    `trace erase ${traceId} --reason x --yes`,
  ];
  // By its path, past every shim: the control socket refuses whoever is below a governed agent.
  const direct = attempts.map((words) => `${NODE} ${BIN} ${words} --passphrase-file ${cli.passphraseFile}; echo "code $?"`); // prettier-ignore
  const inside = await cli.run(['run', '--', '/bin/sh', '-c', `unset COUNTERSIGN_SESSION; ${direct.join('; ')}`]);
  expect(inside.stdout.match(/code \d+/g)).toEqual(attempts.map(() => 'code 126'));
  expect(inside.stderr.match(/below a guarded agent/g)).toHaveLength(attempts.length);
  expect(existsSync(join(cli.home, 'stolen'))).toBe(false);
  expect(existsSync(join(cli.home, 'set-aside'))).toBe(false);
  expect((await cli.json<StoredFrame[]>(['trace', 'show', traceId])).some((frame) => frame.erased)).toBe(false);
  // Put to the gate by its name, it is tampering: refused, and no human is asked.
  const items = attempts.map((words, id) => JSON.stringify({ id, command: `countersign ${words}` }));
  const judged = await cli.run(['score'], { input: `${items.join('\n')}\n` });
  const verdicts = judged.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(verdicts).toEqual(
    attempts.map((_words, id) => ({ id, decision: 'deny', score: expect.any(Number) as number })),
  );
});
