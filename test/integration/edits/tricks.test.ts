/** What an agent may try with the files instead of writing a looser rule into them. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { eventually } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { kinds, nothingWaits, PATIENT, ruleText, sceneWithAgent, waitingEdit, type Scene } from './scene.ts';

const LOOSER = ruleText(5).replaceAll('\n', '\\n');

/** Puts both files back as they were accepted, and waits until nothing waits. */
async function back({ daemon, agent, policy, config }: Scene): Promise<void> {
  await agent.run(`cp ${policy}.kept ${policy}; cp ${config}.kept ${config}`);
  await nothingWaits(daemon);
}

test(verifies('edits:put-back'), PATIENT, async () => {
  const scene = await sceneWithAgent();
  const { daemon, agent, policy, config, accepted } = scene;
  await agent.run(`cp -p ${policy} ${policy}.kept; cp -p ${config} ${config}.kept`);
  await agent.run(`printf '${LOOSER}' > ${policy}`);
  await waitingEdit(daemon);
  await back(scene);
  const status = await daemon.control.call('status');
  expect(status).toMatchObject({ policyDigest: accepted, problems: [] });
  expect((await kinds(daemon)).filter((kind) => kind === 'policy.waiting' || kind === 'policy.accepted')).toEqual(['policy.waiting', 'policy.accepted']); // prettier-ignore

  // What says the same waits for nobody: what follows it is all that waits.
  await agent.run(
    `touch ${policy}; echo '# a comment' >> ${policy}; mv ${policy} ${policy}.moved; mv ${policy}.moved ${policy}`,
  );
  await agent.run(`echo 'policy: {preset: relaxed}' > ${config}`);
  expect((await waitingEdit(daemon)).files).toContain(config);
  expect((await kinds(daemon)).filter((kind) => kind === 'policy.waiting')).toHaveLength(2);
  await agent.run(`cp ${config}.kept ${config}`);
  expect(await nothingWaits(daemon)).toMatchObject({ policyDigest: accepted });
  expect(readFileSync(policy, 'utf8')).toContain('# a comment');
});

/** What is done to the files, and which file is then told to wait. */
const EMPTYINGS: Readonly<Record<string, (scene: Scene) => { command: string; file: string }>> = {
  'emptied': ({ policy }) => ({ command: `: > ${policy}`, file: policy }),
  'half saved': ({ policy }) => ({ command: `printf 'version: 1\\nrules:\\n  - id: mi' > ${policy}`, file: policy }),
  'no rules': ({ policy }) => ({ command: `echo 'version: 1' > ${policy}`, file: policy }),
  'removed': ({ policy }) => ({ command: `rm -f ${policy}`, file: policy }),
  'not a file': ({ policy }) => ({ command: `rm -f ${policy}; mkfifo ${policy}`, file: policy.replace('/mine.yaml', '') }), // prettier-ignore
  'settings emptied': ({ config }) => ({ command: `: > ${config}`, file: config }),
  'settings removed': ({ config }) => ({ command: `rm -f ${config}`, file: config }),
  'settings broken': ({ config }) => ({ command: `echo 'policy: [' > ${config}`, file: config }),
  'the folder moved away': ({ daemon: { paths } }) => ({ command: `mv ${paths.policies} ${paths.policies}-away`, file: paths.policies }), // prettier-ignore
}; // prettier-ignore

test(verifies('edits:emptied'), PATIENT, async () => {
  const scene = await sceneWithAgent();
  const { daemon, agent, policy, config, accepted } = scene;
  await agent.run(`cp -p ${policy} ${policy}.kept; cp -p ${config} ${config}.kept`);
  for (const [how, made] of Object.entries(EMPTYINGS)) {
    const { command, file } = made(scene);
    await agent.run(`printf '${LOOSER}' > ${policy}; echo 'policy: {preset: relaxed}' > ${config}`);
    await eventually(
      async () => ((await waitingEdit(daemon)).files.length === 2 ? true : undefined),
      'the looser rule',
    );
    await agent.run(`cp ${policy}.kept ${policy}; cp ${config}.kept ${config}; ${command}`);
    await eventually(async () => ((await waitingEdit(daemon)).files.join() === file ? true : undefined), how);
    expect(await daemon.control.call('status'), how).toMatchObject({ policyDigest: accepted, preset: 'strict' });
    await agent.run(
      `[ -d ${daemon.paths.policies} ] || mv ${daemon.paths.policies}-away ${daemon.paths.policies}; rm -f ${policy}`,
    );
    await back(scene);
  }
});

test(verifies('edits:links'), PATIENT, async () => {
  const scene = await sceneWithAgent();
  const { daemon, agent, policy, accepted } = scene;
  const elsewhere = `${daemon.home}-elsewhere`;
  await agent.run(
    `cp -p ${policy} ${policy}.kept; cp -p ${scene.config} ${scene.config}.kept; mkdir -p ${elsewhere}; cp ${policy} ${elsewhere}/mine.yaml`,
  );
  // A link to what was accepted says the same, until what it leads to is written.
  await agent.run(`ln -sf ${elsewhere}/mine.yaml ${policy}`);
  await agent.run(`printf '${LOOSER}' > ${elsewhere}/mine.yaml; touch -d '2020-01-01' ${elsewhere}/mine.yaml`);
  expect((await waitingEdit(daemon)).files).toEqual([policy]);
  expect((await daemon.control.call('status')).policyDigest).toBe(accepted);
  await agent.run(`rm ${policy}`);
  await back(scene);
  // The whole folder swapped for another.
  await agent.run(
    `mv ${daemon.paths.policies} ${elsewhere}/was; ln -s ${elsewhere}/now ${daemon.paths.policies}; mkdir ${elsewhere}/now; printf '${LOOSER}' > ${elsewhere}/now/mine.yaml`,
  );
  await waitingEdit(daemon);
  expect((await daemon.control.call('status')).policyDigest).toBe(accepted);
  await agent.run(`rm ${daemon.paths.policies}; mv ${elsewhere}/was ${daemon.paths.policies}`);
  expect(await nothingWaits(daemon)).toMatchObject({ policyDigest: accepted });
});
