/** The daemon is gone for a while, and the agent is not. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { startDaemon, unlock, eventually, enrolHuman, type TestDaemon } from '../../helpers/daemon.ts';
import { governedAgent } from '../../helpers/governed.ts';
import { verifies } from '../../helpers/verifies.ts';
import { daemonWithRule, nothingWaits, PATIENT, ruleText, sceneWithAgent, waitingEdit } from './scene.ts';

const LOOSER = ruleText(5).replaceAll('\n', '\\n');

async function again(daemon: TestDaemon): Promise<TestDaemon> {
  return startDaemon({ home: daemon.home });
}

test(verifies('edits:restart'), PATIENT, async () => {
  const { daemon, agent, policy, config, accepted } = await sceneWithAgent();
  await daemon.kill();
  await agent.run(`printf '${LOOSER}' > ${policy}; rm ${config}`);
  const second = await again(daemon);
  expect((await waitingEdit(second)).files).toEqual([config, policy]);
  expect(await second.control.call('status')).toMatchObject({ policyDigest: accepted, preset: 'strict' });

  // It waits on, also when the agent went while nobody looked, and however often the daemon starts.
  await second.kill();
  agent.kill();
  const third = await again(daemon);
  expect((await waitingEdit(third)).files).toEqual([config, policy]);
  expect((await third.control.call('status')).policyDigest).toBe(accepted);
  await third.stop();
  // An edit that does not load is no reason not to start.
  writeFileSync(policy, 'version: 1\nrules: [');
  const fourth = await again(daemon);
  expect((await waitingEdit(fourth)).files).toEqual([config, policy]);
  expect((await fourth.control.call('status')).policyDigest).toBe(accepted);
  writeFileSync(policy, ruleText(50));
  writeFileSync(config, 'policy: {preset: strict}\n');
  expect((await nothingWaits(fourth)).policyDigest).toBe(accepted);
});

test(verifies('edits:restart-quiet'), PATIENT, async () => {
  const { daemon, agent, policy, accepted } = await sceneWithAgent();
  await agent.end();
  await eventually(async () => ((await daemon.control.call('status')).editsWait === false ? true : undefined), 'nobody left'); // prettier-ignore
  await daemon.stop();
  writeFileSync(policy, ruleText(5));
  const second = await again(daemon);
  const status = await second.control.call('status');
  expect(status.policyDigest).not.toBe(accepted);
  expect(status).toMatchObject({ problems: [], editsWait: false });
});

test(verifies('edits:forged-copy'), PATIENT, async () => {
  const daemon = await daemonWithRule('policy:\n  preset: strict\n');
  const ann = await enrolHuman(daemon);
  const agent = await governedAgent(daemon);
  const { policyDigest } = await daemon.control.call('status');
  await daemon.kill();
  const copies = `${daemon.home}/accepted`;
  const [copy = ''] = readdirSync(copies);
  // The agent forges both what lies there and the copy of what was accepted.
  const forged = { config: 'policy: {preset: relaxed}\n', policies: [], bundle: null };
  await agent.run(`echo '${JSON.stringify(forged)}' > ${copies}/${copy}; echo 'policy: {preset: relaxed}' > ${daemon.paths.config}; rm ${daemon.paths.policies}/mine.yaml`); // prettier-ignore
  const second = await again(daemon);
  const { digest } = await waitingEdit(second);
  const status = await second.control.call('status');
  expect(status.preset).toBe('strict');
  expect(status.packs?.length).toBeGreaterThan(5);
  expect(status.policyDigest).not.toBe(policyDigest);
  expect(status.problems.join()).toContain('the strictest rules hold');
  await unlock(second.control, ann);
  expect(await second.control.call('policyAccept', { body: { digest } })).toMatchObject({ preset: 'relaxed' });
  expect((await nothingWaits(second)).problems.join()).not.toContain('strictest');
});

test(verifies('edits:forgotten-runs'), PATIENT, async () => {
  const { daemon, agent, policy, accepted } = await sceneWithAgent();
  await daemon.kill();
  agent.kill();
  rmSync(`${daemon.home}/runs.json`);
  const second = await again(daemon);
  // Nothing differs, and so nothing waits; but somebody of whom nobody knows may be left.
  expect(await second.control.call('status')).toMatchObject({ policyDigest: accepted, editsWait: true });
  writeFileSync(policy, ruleText(5));
  expect((await waitingEdit(second)).files).toEqual([policy]);
  expect((await second.control.call('status')).policyDigest).toBe(accepted);
});
