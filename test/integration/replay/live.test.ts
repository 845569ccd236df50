/** Replays of the trace of a running daemon. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import { lazySqlParsers } from '../../../daemon/engine/sql/load.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import { replay } from '../../../daemon/replay/replay.ts';
import { openForReading } from '../../../daemon/trace/database.ts';
import type { ReplayedAction, ReplaySummary } from '../../../protocol/replay.ts';
import { enrolHuman, startDaemon } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';
import { cliWithHome } from '../cli/cli.ts';

type Output = { readonly summary: ReplaySummary; readonly actions: readonly ReplayedAction[] };

describe('the trace of a running daemon', () => {
  test(verifies('replay:looks-nowhere'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const { root, write } = testRepository();
    write({ 'src/new.ts': 'not committed' });
    const held = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
    await held.held;
    held.hangUp();
    await verdictOf(askOver(daemon.paths.agentSocket, ['touch', 'canary'], root));
    const cli = cliWithHome({ home: daemon.home });
    const all = () => cli.json<Output>(['replay', '--since', '1h', '--all']);
    const first = await all();
    expect(first.summary).toMatchObject({ actions: 2, identical: 2, faults: 0 });
    expect(existsSync(join(root, 'canary'))).toBe(false);
    // Nothing of what was looked at is there any more.
    rmSync(root, { recursive: true });
    expect(await all()).toEqual(first);
  });

  test(verifies('replay:live'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const folder = tempFolder();
    const ask = () => verdictOf(askOver(daemon.paths.agentSocket, ['ls'], folder));
    for (let count = 0; count < 3; count++) await ask();
    await daemon.control.call('log');
    const db = openForReading(daemon.paths.traceDb);
    onTestFinished(() => void db.close());
    const { policy } = loadPolicies([]);
    const actions = replay({ db, selection: { sinceMs: 0 }, policy, parsers: lazySqlParsers(), whole: false });
    expect(actions.next().value).toMatchObject({ direction: 'same' });
    // In the middle of a replay the daemon goes on.
    expect(await ask()).toMatchObject({ verdict: 'allow' });
    await daemon.control.call('log');
    let last = actions.next();
    while (last.done !== true) last = actions.next();
    expect(last.value).toMatchObject({ actions: 3 });
    expect(await ask()).toMatchObject({ verdict: 'allow' });
  });

  test(verifies('replay:erased'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const folder = tempFolder();
    for (const name of ['a', 'b']) await verdictOf(askOver(daemon.paths.agentSocket, ['ls', name], folder));
    const lines = (await daemon.control.call('log')).filter(({ kind }) => kind === 'exec');
    const [erased = '', kept = ''] = lines.map(({ traceId }) => traceId);
    await daemon.control.call('traceErase', { body: { what: { kind: 'trace', trace: erased }, reason: 'a test' } });
    const cli = cliWithHome({ home: daemon.home });
    const { summary, actions } = await cli.json<Output>(['replay', '--since', '1h', '--all']);
    expect(summary).toMatchObject({ actions: 1, erased: [erased] });
    expect(actions).toMatchObject([{ traceId: kept }]);
    const { stdout } = await cli.run(['replay', '--since', '1h']);
    expect(stdout).toContain(`1 action erased: ${erased}`);
  });
});

describe(verifies('replay:command'), () => {
  test('wants one trace or a time, and says when there is nothing', async () => {
    const daemon = await startDaemon();
    const cli = cliWithHome({ home: daemon.home });
    for (const words of [['replay'], ['replay', 't1', '--since', '7d'], ['replay', '--since', 'soon']])
      expect((await cli.run(words)).exitCode).toBe(2);
    expect(await cli.run(['replay', 'nothing'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no action was judged in `nothing`') }); // prettier-ignore
    expect(await cli.json<Output>(['replay', '--since', '7d'])).toMatchObject({ summary: { actions: 0 }, actions: [] });
  });

  test('without a trace says what to do', async () => {
    const cli = cliWithHome();
    const { exitCode, stderr } = await cli.run(['replay', '--since', '7d']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('there is no trace')]);
    expect(stderr).toContain('countersign up');
  });
});
