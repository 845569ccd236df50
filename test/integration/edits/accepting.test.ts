/** A person accepts an edit that waits, or puts back what was accepted. */
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { eventually } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { kinds, nothingWaits, PATIENT, ruleText, sceneWithAgent, waitingEdit, type Scene } from './scene.ts';

const LOOSER = ruleText(5).replaceAll('\n', '\\n');

async function loosened(scene: Scene): Promise<string> {
  await scene.agent.run(`printf '${LOOSER}' > ${scene.policy}`);
  return (await waitingEdit(scene.daemon)).digest;
}

test(verifies('edits:accept'), PATIENT, async () => {
  const scene = await sceneWithAgent();
  const { daemon, accepted } = scene;
  const digest = await loosened(scene);
  await daemon.control.call('lock');
  await expect(daemon.control.call('policyAccept', { body: { digest } })).rejects.toMatchObject({ code: 'locked' });
  expect((await daemon.control.call('status')).policyDigest).toBe(accepted);

  const second = await sceneWithAgent();
  const now = await second.daemon.control.call('policyAccept', { body: { digest: await loosened(second) } });
  expect(now.policyDigest).not.toBe(second.accepted);
  expect(now).toMatchObject({ problems: [], editsWait: true });
  const log = await second.daemon.control.call('log', { query: { limit: 1_000 } });
  const line = log.find(({ kind }) => kind === 'policy.accepted');
  expect(line).toMatchObject({ actorType: 'human', summary: expect.stringContaining('ann accepted') as string });
  const frames = await second.daemon.control.call('trace', { params: { id: line?.traceId ?? '' } });
  const [approver] = await second.daemon.control.call('approvers');
  expect(frames[0]?.event.data).toMatchObject({ approver: approver?.id });
  // What comes after it waits again.
  await second.agent.run(`printf '${LOOSER.replace('points: 5', 'points: 3')}' > ${second.policy}`);
  await waitingEdit(second.daemon);
  expect((await second.daemon.control.call('status')).policyDigest).toBe(now.policyDigest);
});

test(verifies('edits:accept').concat(': what held before is an edit like any other'), PATIENT, async () => {
  const { daemon, agent, policy, accepted } = await sceneWithAgent();
  const write = (points: number) => agent.run(`printf '${ruleText(points).replaceAll('\n', '\\n')}' > ${policy}`);
  await write(70);
  const { digest } = await waitingEdit(daemon);
  const { policyDigest } = await daemon.control.call('policyAccept', { body: { digest } });
  expect(policyDigest).not.toBe(accepted);
  // Looser than what was accepted since.
  await write(50);
  expect((await waitingEdit(daemon)).files).toEqual([policy]);
  await agent.end();
  await eventually(
    async () => ((await daemon.control.call('status')).sessions === 0 ? true : undefined),
    'nobody left',
  );
  expect(await daemon.control.call('status')).toMatchObject({ policyDigest, waiting: { files: [policy] } });
});

test(verifies('edits:swapped'), PATIENT, async () => {
  const scene = await sceneWithAgent();
  const { daemon, agent, policy, accepted } = scene;
  const digest = await loosened(scene);
  const accept = (of: string) => daemon.control.call('policyAccept', { body: { digest: of } });
  await agent.run(`printf '${LOOSER.replace('points: 5', 'points: 1')}' > ${policy}`);
  await expect(accept(digest)).rejects.toMatchObject({ code: 'conflict' });
  const shown = await daemon.control.call('policyWaiting');
  expect(shown.edit?.digest).not.toBe(digest);
  expect(shown.proposed.policies[0]?.text).toContain('points: 1');
  expect((await daemon.control.call('status')).policyDigest).toBe(accepted);
  await expect(accept('none')).rejects.toMatchObject({ code: 'conflict' });
  await agent.run(`printf '${ruleText(50).replaceAll('\n', '\\n')}' > ${policy}`);
  await nothingWaits(daemon);
  await expect(accept(digest)).rejects.toMatchObject({ code: 'not_found' });
});

test(verifies('edits:not-by-agents'), PATIENT, async () => {
  const scene = await sceneWithAgent();
  const { daemon, agent, accepted } = scene;
  const digest = await loosened(scene);
  const post = (body: unknown): string =>
    `curl -s --unix-socket ${daemon.paths.controlSocket} -H 'content-type: application/json' -d '${JSON.stringify(body)}' http://x/control/policy/accept`;
  for (const discard of [false, true]) {
    const { output } = await agent.run(post({ digest, discard }));
    expect(output).toContain('governed_peer');
  }
  expect((await agent.run(`curl -s --unix-socket ${daemon.paths.controlSocket} http://x/control/policy/waiting`)).output).toContain('governed_peer'); // prettier-ignore
  expect(await daemon.control.call('status')).toMatchObject({ policyDigest: accepted, waiting: { digest } });
});

test(verifies('edits:broken'), PATIENT, async () => {
  const { daemon, agent, policy, accepted } = await sceneWithAgent();
  await agent.run(`printf '${LOOSER}    pionts: 3\\n' > ${policy}`);
  const { digest } = await waitingEdit(daemon);
  await expect(daemon.control.call('policyAccept', { body: { digest } })).rejects.toMatchObject({ code: 'policy_invalid' }); // prettier-ignore
  expect((await daemon.control.call('policyWaiting')).problems[0]).toContain(`${policy}:7:`);
  expect((await daemon.control.call('status')).policyDigest).toBe(accepted);
});

test(verifies('edits:discard'), PATIENT, async () => {
  const scene = await sceneWithAgent();
  const { daemon, agent, policy, config, accepted } = scene;
  const added = `${daemon.paths.policies}/added.yaml`;
  await agent.run(`rm ${config}; printf '${LOOSER.replace('mine.read', 'mine.other')}' > ${added}`);
  await loosened(scene);
  const { digest } = await eventually(async () => {
    const edit = await waitingEdit(daemon);
    return edit.files.length === 3 ? edit : undefined;
  }, 'all files to wait');
  const status = await daemon.control.call('policyAccept', { body: { digest, discard: true } });
  expect(status.waiting).toBeUndefined();
  expect(status.policyDigest).toBe(accepted);
  expect(readFileSync(policy, 'utf8')).toBe(ruleText(50));
  expect(readFileSync(config, 'utf8')).toContain('strict');
  expect(existsSync(added)).toBe(false);
  const [aside = ''] = readdirSync(`${daemon.home}/set-aside`);
  expect(readdirSync(join(daemon.home, 'set-aside', aside)).toSorted()).toEqual(['added.yaml', 'mine.yaml']);
  expect((await kinds(daemon)).filter((kind) => kind === 'policy.accepted')).toHaveLength(1);
});

test(verifies('edits:discard-links'), PATIENT, async () => {
  const scene = await sceneWithAgent();
  const { daemon, agent, policy, accepted } = scene;
  const elsewhere = tempFolder();
  writeFileSync(`${elsewhere}/mine.yaml`, ruleText(7));
  await agent.run(`rm ${policy}; ln -s ${elsewhere}/mine.yaml ${policy}`);
  const { digest } = await waitingEdit(daemon);
  await daemon.control.call('policyAccept', { body: { digest, discard: true } });
  expect(readFileSync(`${elsewhere}/mine.yaml`, 'utf8')).toBe(ruleText(7));
  expect(lstatSync(policy).isFile()).toBe(true);
  expect((await nothingWaits(daemon)).policyDigest).toBe(accepted);

  await agent.run(`mv ${daemon.paths.policies} ${daemon.paths.policies}-was`);
  symlinkSync(elsewhere, daemon.paths.policies);
  const folder = await waitingEdit(daemon);
  await expect(daemon.control.call('policyAccept', { body: { digest: folder.digest, discard: true } })).rejects.toMatchObject({ code: 'conflict' }); // prettier-ignore
  expect(readFileSync(`${elsewhere}/mine.yaml`, 'utf8')).toBe(ruleText(7));
});
