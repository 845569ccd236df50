/** What policies speak of beside effects, through the real daemon: named policies, people written to, the time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { EvaluateAction } from '../../../protocol/agent-api.ts';
import type { AssessedPayload } from '../../../protocol/trace.ts';
import { enrolHuman, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

/** Several actions, one after the other, on a machine that has other things to do. */
const PATIENT = { timeout: 120_000 };

async function daemonUnder(policy: string, config = ''): Promise<TestDaemon> {
  const home = tempFolder();
  mkdirSync(join(home, 'policies'), { mode: 0o700 });
  writeFileSync(join(home, 'policies/mine.yaml'), `version: 1\n${policy}`);
  writeFileSync(join(home, 'config.yaml'), config);
  const daemon = await startDaemon({ home });
  await enrolHuman(daemon);
  return daemon;
}

const READS: EvaluateAction = { kind: 'exec', argv: ['cat', '/etc/hostname'], cwd: '/', env: {}, stdin: 'null' };

function mail(to: string): EvaluateAction {
  return { kind: 'tool', tool: 'send_email', args: { to, body: 'hello' }, cwd: '/', env: {}, session: 's' };
}

test(verifies('gate:named-policy'), PATIENT, async () => {
  const daemon = await daemonUnder(
    'policy: production\nrules: [{ id: prod.any, on: file.read, points: 70, verdict: deny, reason: production }]\n',
  );
  const asked = async (policy?: string) =>
    daemon.agent.call('evaluate', { body: { action: policy === undefined ? READS : { ...READS, policy } } });
  expect(await asked()).toMatchObject({ verdict: 'allow' });
  expect(await asked('production')).toMatchObject({ verdict: 'deny', score: 70, findings: [{ rule: 'prod.any' }] });
  expect(await asked('produktion')).toMatchObject({
    verdict: 'deny',
    findings: [{ rule: 'policy.unknown' }, ...(await asked()).findings],
  });
});

test(verifies('gate:messaged'), PATIENT, async () => {
  const daemon = await daemonUnder(
    'tools: { risk: { low: [send_email] } }\nmessages: [{ id: mine.once, oncePerRecipient: true, verdict: deny }]\n',
  );
  const asked = async (to: string) => (await daemon.agent.call('evaluate', { body: { action: mail(to) } })).verdict;
  expect(await asked('ada@example.org')).toBe('allow');
  expect(await asked('bob@example.org')).toBe('allow');
  expect(await asked('ada@example.org')).toBe('deny');
});

test(verifies('gate:circumstances'), PATIENT, async () => {
  const daemon = await daemonUnder(
    "rules: [{ id: mine.trainee, on: message.send, match: { tiers: [trainee] }, points: 10, verdict: deny, reason: 'no' }]\n",
    'policy:\n  userTier: trainee\n',
  );
  const answer = await daemon.agent.call('evaluate', { body: { action: mail('ada@example.org') } });
  expect(answer).toMatchObject({ verdict: 'deny', findings: expect.arrayContaining([expect.objectContaining({ rule: 'mine.trainee' })]) as unknown }); // prettier-ignore
  const frames = await daemon.control.call('trace', { params: { id: answer.traceId } });
  const assessed = frames.find(({ event }) => event.kind === 'action.assessed')?.payload as AssessedPayload | undefined;
  expect(assessed?.facts.map(({ need, value }) => [need.kind, value.known])).toContainEqual(['circumstances', true]);
});
