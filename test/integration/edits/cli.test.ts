/** What a person types while an edit waits. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { createControlClient } from '../../../sdk/typescript/client.ts';
import { resolvePaths } from '../../../protocol/paths.ts';
import type { TestDaemon } from '../../helpers/daemon.ts';
import { governedAgent } from '../../helpers/governed.ts';
import { verifies } from '../../helpers/verifies.ts';
import { readyCli, succeed, type Cli } from '../cli/cli.ts';
import { nothingWaits, PATIENT, ruleText, waitingEdit } from './scene.ts';

/** The daemon that the command itself started. */
function daemonOf({ home }: Cli): TestDaemon {
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
  // What the helpers use of it.
  return { home, paths, control: createControlClient({ socketPath: paths.controlSocket }) } as TestDaemon;
}

async function cliWithAgent() {
  const cli = await readyCli();
  const daemon = daemonOf(cli);
  const agent = await governedAgent(daemon);
  return { cli, daemon, agent, policy: `${daemon.paths.policies}/mine.yaml` };
}

test(verifies('cli:policy-accept'), PATIENT, async () => {
  const { cli, daemon, agent, policy } = await cliWithAgent();
  expect((await succeed(cli, ['policy', 'accept'])).stdout).toContain('Nothing waits');
  await agent.run(`printf '${ruleText(45).replaceAll('\n', '\\n')}' > ${policy}; echo 'undo: {quotaBytes: 0}' > ${daemon.paths.config}`); // prettier-ignore
  await waitingEdit(daemon);
  const { policyDigest } = await daemon.control.call('status');
  expect((await succeed(cli, ['status'])).stdout).toContain('countersign policy accept');

  for (const command of ['list', 'check']) {
    const { stderr } = await succeed(cli, ['policy', command]);
    expect(stderr).toContain(`not all of this is in force: the edit of \`${daemon.paths.config}\``);
  }

  // Nobody is there to be asked.
  const unasked = await cli.run(['policy', 'accept']);
  expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') as string });
  expect(unasked.stdout).toContain('undo.quotaBytes  4294967296 → 0');
  expect(unasked.stdout).toContain('+   - id: mine.read');
  expect(unasked.stdout).toContain('+ mine.read');
  expect((await daemon.control.call('status')).policyDigest).toBe(policyDigest);

  expect((await succeed(cli, ['policy', 'accept', '--yes'])).stdout).toContain('In force');
  expect((await nothingWaits(daemon)).policyDigest).not.toBe(policyDigest);
  expect((await succeed(cli, ['policy', 'list'])).stderr).toBe('');

  await agent.run(`: > ${policy}`);
  await waitingEdit(daemon);
  expect(await cli.run(['policy', 'accept', '--yes'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(policy) as string }); // prettier-ignore
  expect((await succeed(cli, ['policy', 'accept', '--discard', '--yes'])).stdout).toContain('is back');
  expect((await nothingWaits(daemon)).problems).toEqual([]);
});

test(verifies('cli:preset-while-agents-run'), PATIENT, async () => {
  const { cli, daemon, agent, policy } = await cliWithAgent();
  expect(await cli.json(['policy', 'preset', 'strict'])).toMatchObject({ preset: 'strict', inForce: true });
  expect(await daemon.control.call('status')).toMatchObject({ preset: 'strict', editsWait: true });

  await agent.run(`printf '${ruleText(45).replaceAll('\n', '\\n')}' > ${policy}`);
  const { digest } = await waitingEdit(daemon);
  const refused = await cli.run(['policy', 'preset', 'relaxed']);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('another edit waits') as string });
  expect(await daemon.control.call('status')).toMatchObject({ preset: 'strict', waiting: { digest } });
});

test(
  verifies('cli:preset-while-agents-run').concat(': what was written at the same moment is not taken along'),
  PATIENT,
  async () => {
    const { cli, daemon } = await cliWithAgent();
    const preset = cli.run(['policy', 'preset', 'relaxed']);
    // Whichever of both comes first, the rule is never accepted by the preset.
    writeFileSync(`${daemon.paths.policies}/mine.yaml`, ruleText(45));
    await preset;
    expect((await waitingEdit(daemon)).files).toContain(`${daemon.paths.policies}/mine.yaml`);
  },
);
