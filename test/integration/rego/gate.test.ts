/** A Rego policy beside the rules of a real daemon. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { canonicalText } from '../../../daemon/canonical.ts';
import { regoInput } from '../../../daemon/policy/rego/input.ts';
import type { ReplaySummary } from '../../../protocol/replay.ts';
import { AssessedPayload } from '../../../protocol/trace.ts';
import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';
import { cliWithHome } from '../cli/cli.ts';
import { FIXTURES } from './bundles.ts';

function homeWith(settings: string, bundle = 'house.tar.gz'): string {
  const home = tempFolder();
  mkdirSync(join(home, 'policies'), { recursive: true, mode: 0o700 });
  put(home, bundle);
  writeFileSync(join(home, 'config.yaml'), `rego:\n  bundle: house.tar.gz\n${settings}`);
  return home;
}

function put(home: string, bundle: string): void {
  cpSync(join(FIXTURES, bundle), join(home, 'policies/house.tar.gz'));
}

async function assessedBy(daemon: TestDaemon): Promise<readonly AssessedPayload[]> {
  const lines = await daemon.control.call('log', { query: { limit: 100 } });
  const traces = await Promise.all(
    lines.map(({ traceId }) => daemon.control.call('trace', { params: { id: traceId } })),
  );
  const frames = traces.flat().filter(({ event }) => event.kind === 'action.assessed');
  return frames.map(({ payload }) => AssessedPayload.parse(payload));
}

describe('a bundle beside the rules', () => {
  test(verifies('rego:gate'), async () => {
    const home = homeWith('  timeoutMs: 5000\n');
    const daemon = await startDaemon({ home });
    await enrolHuman(daemon);
    const folder = tempFolder();
    const ask = (...argv: string[]) => askOver(daemon.paths.agentSocket, argv, folder);
    const held = ask('rm', 'db/migrations');
    await held.held;
    held.hangUp();
    expect(await verdictOf(ask('forbidden'))).toMatchObject({ verdict: 'deny' });
    expect(await verdictOf(ask('ls'))).toMatchObject({ verdict: 'allow' });

    const { policyDigest } = await daemon.control.call('status');
    const assessed = await assessedBy(daemon);
    expect(assessed).toHaveLength(3);
    const frozen = { rule: 'rego:house.frozen', reason: expect.stringContaining('db/migrations is frozen') as string };
    const findings = assessed.flatMap(({ assessment }) => assessment.findings);
    expect(findings).toContainEqual(expect.objectContaining(frozen));
    for (const { action, facts, assessment } of assessed) {
      expect(assessment.policyDigest).toBe(policyDigest);
      const fact = facts.find(({ need }) => need.kind === 'rego')?.value;
      if (fact?.known !== true || fact.data.kind !== 'rego') throw new Error('no answer was recorded');
      // Anybody who has the trace can make the input again.
      const { at, inputDigest } = fact.data;
      const input = regoInput({ action, about: assessment, facts, at });
      expect(createHash('sha256').update(canonicalText(input)).digest('hex')).toBe(inputDigest);
    }

    // The answers are in the trace: nothing is evaluated to come to the same bytes.
    const cli = cliWithHome({ home });
    const { summary } = await cli.json<{ summary: ReplaySummary }>(['replay', '--since', '1h']);
    expect(summary).toMatchObject({ actions: 3, identical: 3, faults: 0, policyDigest });
  });

  test(verifies('rego:fails-closed'), async () => {
    const daemon = await startDaemon({ home: homeWith('  timeoutMs: 1000\n') });
    await enrolHuman(daemon);
    const slow = askOver(daemon.paths.agentSocket, ['slow'], '/tmp');
    expect((await slow.held).message).toContain('held');
    slow.hangUp();
    const [assessed] = await assessedBy(daemon);
    // A fast machine reaches the end of the memory first.
    const reason = expect.stringMatching(/longer than 1000 ms|opa_malloc: failed/) as string;
    const silent = { rule: 'rego:no-answer', reason };
    expect(assessed?.assessment.findings).toContainEqual(expect.objectContaining(silent));
  });

  test('that cannot be loaded is told of, and nothing passes without being asked', async () => {
    const daemon = await startDaemon({ home: homeWith('  onFailure: deny\n', 'house.rego') });
    await enrolHuman(daemon);
    expect((await daemon.control.call('status')).problems).toEqual([expect.stringContaining('neither a bundle nor')]);
    expect(await verdictOf(askOver(daemon.paths.agentSocket, ['ls'], '/tmp'))).toMatchObject({ verdict: 'deny' });
  });

  test(verifies('rego:reload'), async () => {
    const home = homeWith('  timeoutMs: 5000\n');
    const daemon = await startDaemon({ home });
    await enrolHuman(daemon);
    const ls = () => verdictOf(askOver(daemon.paths.agentSocket, ['ls'], '/tmp'));
    const status = () => daemon.control.call('status');
    expect(await ls()).toMatchObject({ verdict: 'allow' });
    const before = (await status()).policyDigest;

    put(home, 'house.rego');
    const problems = await eventually(async () => {
      const found = (await status()).problems;
      return found.length > 0 ? found : undefined;
    }, 'the problem');
    expect(problems).toEqual([expect.stringContaining('policies/house.tar.gz` cannot be used')]);
    expect(await ls()).toMatchObject({ verdict: 'allow' });
    expect((await status()).policyDigest).toBe(before);

    put(home, 'strict.tar.gz');
    await eventually(async () => ((await status()).policyDigest === before ? undefined : true), 'the new bundle');
    expect((await status()).problems).toEqual([]);
    expect(await ls()).toMatchObject({ verdict: 'deny' });
    const log = await daemon.control.call('log', { query: { limit: 100 } });
    expect(log.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['policy.refused', 'policy.loaded']));
  });
});
