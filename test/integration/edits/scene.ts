/** A daemon under a rule of its person, and an agent that would rather have another. */
import { writeFileSync } from 'node:fs';

import type { Status } from '../../../protocol/control-api.ts';
import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { governedAgent, type GovernedAgent } from '../../helpers/governed.ts';
import { tempFolder } from '../../helpers/temp.ts';

/** Several daemons, one after the other, also where the machine has other things to do. */
export const PATIENT = { timeout: 180_000 };

export const ruleText = (points: number): string =>
  `version: 1\nrules:\n  - id: mine.read\n    on: vcs.read\n    points: ${points}\n    reason: reads the repository\n`;

export type Scene = {
  readonly daemon: TestDaemon;
  readonly agent: GovernedAgent;
  readonly policy: string;
  readonly config: string;
  /** Of the policy that was accepted. */
  readonly accepted: string;
};

/** The rule and the settings were there before the daemon, and the agent came after both. */
export async function sceneWithAgent(config = 'policy:\n  preset: strict\n'): Promise<Scene> {
  const daemon = await daemonWithRule(config);
  await enrolHuman(daemon);
  const { policyDigest } = await daemon.control.call('status');
  const { paths } = daemon;
  return {
    daemon,
    agent: await governedAgent(daemon),
    policy: `${paths.policies}/mine.yaml`,
    config: paths.config,
    accepted: policyDigest,
  };
}

export async function daemonWithRule(config = 'policy:\n  preset: strict\n'): Promise<TestDaemon> {
  const daemon = await startDaemon({ home: tempFolder() });
  writeFileSync(`${daemon.paths.policies}/mine.yaml`, ruleText(50));
  writeFileSync(daemon.paths.config, config);
  await eventually(async () => ((await daemon.control.call('status')).preset === 'strict' ? true : undefined), 'the settings'); // prettier-ignore
  await settled(daemon);
  return daemon;
}

/** Whether what lies there is what the daemon knows of, by asking twice until it answers the same. */
export async function settled({ control }: TestDaemon): Promise<Status> {
  const logged = async (): Promise<number> => (await control.call('log', { query: { limit: 1_000 } })).filter(({ kind }) => kind === 'policy.loaded').length; // prettier-ignore
  return eventually(async () => ((await logged()) > 0 ? control.call('status') : undefined), 'the policy to load');
}

export async function waitingEdit({ control }: TestDaemon): Promise<NonNullable<Status['waiting']>> {
  return eventually(async () => (await control.call('status')).waiting, 'an edit to wait');
}

export async function nothingWaits({ control }: TestDaemon): Promise<Status> {
  return eventually(async () => {
    const status = await control.call('status');
    return status.waiting === undefined ? status : undefined;
  }, 'nothing to wait');
}

/** Nobody holds edits up any more. */
export async function freed({ control }: TestDaemon): Promise<Status> {
  return eventually(async () => {
    const status = await control.call('status');
    return status.sessions === 0 ? status : undefined;
  }, 'the agent to be gone');
}

export async function kinds({ control }: TestDaemon): Promise<readonly string[]> {
  return (await control.call('log', { query: { limit: 1_000 } })).map(({ kind }) => kind);
}
