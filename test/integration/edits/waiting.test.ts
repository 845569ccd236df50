/** An agent writes where its person writes, by redirects that nothing guards. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { eventually } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver } from '../../helpers/wire.ts';
import { daemonWithRule, freed, kinds, nothingWaits, PATIENT, ruleText, sceneWithAgent, waitingEdit } from './scene.ts';

const LOOSER = ruleText(5).replaceAll('\n', '\\n');

test(verifies('edits:wait'), PATIENT, async () => {
  const { daemon, agent, policy, config, accepted } = await sceneWithAgent();
  const { root } = testRepository();
  await agent.run(`printf '${LOOSER}' > ${policy}; echo 'policy: {preset: relaxed}' > ${config}`);
  const waiting = await eventually(async () => {
    const { waiting: edit } = await daemon.control.call('status');
    return edit?.files.length === 2 ? edit : undefined;
  }, 'both files to wait');
  expect(waiting.files).toEqual([config, policy]);
  const status = await daemon.control.call('status');
  expect(status).toMatchObject({ policyDigest: accepted, preset: 'strict', editsWait: true });
  const [problem, ...more] = status.problems.filter((text) => text.includes('waits since'));
  expect(problem).toContain('countersign policy accept');
  expect(problem).toContain(policy);
  expect(more).toEqual([]);
  const asked = askOver(daemon.paths.agentSocket, ['git', 'status'], root);
  expect((await asked.held).message).toContain('risk 50');
  asked.hangUp();
  expect((await kinds(daemon)).filter((kind) => kind === 'policy.waiting')).toHaveLength(1);

  const shown = await daemon.control.call('policyWaiting');
  expect(shown.edit?.digest).toBe(waiting.digest);
  expect(shown.accepted.policies.map(({ text }) => text)).toEqual([ruleText(50)]);
  expect(shown.proposed.policies.map(({ text }) => text)).toEqual([ruleText(5)]);
});

test(verifies('edits:wait').concat(': also a new file'), PATIENT, async () => {
  const { daemon, agent, accepted } = await sceneWithAgent();
  const other = `${daemon.paths.policies}/other.yaml`;
  await agent.run(`printf '${LOOSER.replace('mine.read', 'mine.other')}' > ${other}`);
  expect((await waitingEdit(daemon)).files).toEqual([other]);
  expect((await daemon.control.call('status')).policyDigest).toBe(accepted);
});

test(verifies('edits:after-run'), PATIENT, async () => {
  const { daemon, agent, policy, accepted } = await sceneWithAgent();
  // Written and gone at once: no look of the daemon lies between.
  await agent.run(`printf '${LOOSER}' > ${policy}; kill -9 $PPID`).catch(() => undefined);
  expect((await waitingEdit(daemon)).files).toEqual([policy]);
  const after = await freed(daemon);
  expect(after.policyDigest).toBe(accepted);
  // Also what a person writes then is looked at by a person, as long as something waits.
  writeFileSync(policy, ruleText(6));
  const before = (await waitingEdit(daemon)).digest;
  await eventually(
    async () => ((await waitingEdit(daemon)).digest === before ? undefined : true),
    'the newer edit',
  ).catch(() => undefined);
  expect((await daemon.control.call('status')).policyDigest).toBe(accepted);
});

/** Somebody whom the agent leaves behind, who writes as soon as a file is there. */
const leaveBehind = (policy: string): string =>
  `(setsid bash -c 'while [ ! -e ${policy}.go ]; do sleep 0.1; done; printf "${LOOSER}" > ${policy}; rm ${policy}.go' </dev/null >/dev/null 2>&1 &)`;

test(verifies('edits:left-behind'), PATIENT, async () => {
  const { daemon, agent, policy, accepted } = await sceneWithAgent();
  await agent.run(leaveBehind(policy));
  await agent.end();
  expect(await freed(daemon)).toMatchObject({ editsWait: true });
  writeFileSync(`${policy}.go`, '');
  await eventually(async () => ((await waitingEdit(daemon)).files.join() === policy ? true : undefined), 'the rule to wait'); // prettier-ignore
  expect((await daemon.control.call('status')).policyDigest).toBe(accepted);
});

test(
  verifies('edits:left-behind').concat(': also where the run was killed before anybody saw it'),
  PATIENT,
  async () => {
    const { daemon, agent, policy, accepted } = await sceneWithAgent();
    await agent.run(`${leaveBehind(policy)}; kill -9 $PPID`).catch(() => undefined);
    await freed(daemon);
    writeFileSync(`${policy}.go`, '');
    await eventually(async () => ((await waitingEdit(daemon)).files.join() === policy ? true : undefined), 'the rule to wait'); // prettier-ignore
    expect(await daemon.control.call('status')).toMatchObject({ policyDigest: accepted, editsWait: true });
  },
);

test(verifies('edits:at-once'), PATIENT, async () => {
  const { daemon, agent, policy, accepted } = await sceneWithAgent();
  await agent.end();
  await eventually(async () => ((await daemon.control.call('status')).editsWait === false ? true : undefined), 'nobody left'); // prettier-ignore
  writeFileSync(policy, ruleText(5));
  await eventually(async () => ((await daemon.control.call('status')).policyDigest === accepted ? undefined : true), 'the edit'); // prettier-ignore
  expect((await nothingWaits(daemon)).problems).toEqual([]);
});

test(verifies('edits:at-once').concat(': one made just before the agent starts is the person’s'), PATIENT, async () => {
  const daemon = await daemonWithRule();
  const { policyDigest } = await daemon.control.call('status');
  writeFileSync(`${daemon.paths.policies}/mine.yaml`, ruleText(45));
  const { governedAgent } = await import('../../helpers/governed.ts');
  await governedAgent(daemon);
  const status = await daemon.control.call('status');
  expect(status.policyDigest).not.toBe(policyDigest);
  expect(status.waiting).toBeUndefined();
});
