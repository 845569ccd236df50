/** A real daemon that is started, unlocked, killed and started again on one home. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT } from '../../../build/root.ts';
import { resolvePaths, type Paths } from '../../../protocol/paths.ts';
import {
  createAgentClient,
  createControlClient,
  type AgentClient,
  type ControlClient,
} from '../../../sdk/typescript/client.ts';
import { testHuman, type TestHuman } from '../../helpers/approver.ts';

const NODE = join(ROOT, 'node_modules/.bin/node');
const START_MS = 30_000;
const POLL_MS = 10;

export type Victim = {
  readonly paths: Paths;
  readonly agent: AgentClient;
  readonly control: ControlClient;
  /** Starts the process; does not wait for it. */
  launch(): void;
  /** Resolves once it answers and this terminal may decide; false when it was killed before. */
  ready(): Promise<boolean>;
  human(): TestHuman;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
};

export function victimIn(home: string): Victim {
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
  const agent = createAgentClient({ socketPath: paths.agentSocket });
  const control = createControlClient({ socketPath: paths.controlSocket });
  let child: ChildProcess | undefined;
  let exited: Promise<unknown> | undefined;
  let human: TestHuman | undefined;
  let said = '';

  const alive = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (alive()) child?.kill(signal);
    await exited;
    return child?.exitCode ?? null;
  };
  const enrol = async (): Promise<TestHuman> => {
    const fresh = testHuman('ann');
    const { publicKey, factor, human: name } = fresh.approver;
    const { nonce } = await control.call('challenge');
    const signature = fresh.signControl('enrol', { publicKey, human: name, factor, nonce });
    const { id } = await control.call('enrol', { body: { human: name, factor, publicKey, nonce, signature } });
    return testHuman(name, factor, id, fresh.privateKey);
  };
  const unlock = async (by: TestHuman): Promise<void> => {
    const { nonce, daemonId, terminal } = await control.call('challenge');
    const signature = by.signControl('unlock', { nonce, daemonId, terminal });
    await control.call('unlock', {
      body: { approver: by.approver.id, nonce, signature, wrapKey: Buffer.alloc(32).toString('base64') },
    });
  };

  return {
    paths,
    agent,
    control,
    launch() {
      child = spawn(NODE, [join(ROOT, 'daemon/main.js')], {
        cwd: '/',
        detached: true,
        env: { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      said = '';
      child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      exited = once(child, 'exit');
    },
    async ready() {
      const started = child;
      for (const until = Date.now() + START_MS; alive() && child === started; await sleep(POLL_MS)) {
        if (Date.now() > until) throw new Error(`the daemon does not answer: ${said}`);
        const healthy = await agent.call('health').catch(() => undefined);
        if (healthy === undefined) continue;
        try {
          human ??= await enrol();
          await unlock(human);
          return true;
        } catch (error) {
          if (alive()) throw error;
        }
      }
      if (child?.signalCode === null) throw new Error(`the daemon ended with ${child.exitCode}: ${said}`);
      return false;
    },
    human() {
      if (human === undefined) throw new Error('nobody is enrolled yet');
      return human;
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
