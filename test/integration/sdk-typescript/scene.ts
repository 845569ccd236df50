/** A client of the SDK on a daemon with somebody to ask. */
import { onTestFinished } from 'vitest';

import { createClient, type Client, type ClientOptions } from '../../../sdk/typescript/src/index.ts';
import { eventually } from '../../helpers/daemon.ts';
import { apiScene, framesOf, voteOn, type Scene } from '../../helpers/http.ts';

export type SdkScene = Scene & {
  readonly client: Client;
  /** The question that is open now. */
  question(): Promise<string>;
  vote(decision: 'approve' | 'deny'): Promise<void>;
};

export async function sdkScene(options: ClientOptions = {}, policy?: string): Promise<SdkScene> {
  const scene = await apiScene(policy === undefined ? {} : { policy });
  const client = createClient({ url: `unix:${scene.daemon.paths.agentSocket}`, ...options });
  onTestFinished(() => client.close());
  const question = () => eventually(async () => (await scene.daemon.control.call('pending'))[0]?.id, 'a question');
  return { ...scene, client, question, vote: async (decision) => voteOn(scene, await question(), decision) };
}

/** The first frame of a kind in a trace. */
export function frameOf(scene: Pick<Scene, 'daemon'>, trace: string, kind: string) {
  return eventually(async () => (await framesOf(scene, trace)).find((frame) => frame.kind === kind), kind);
}

/** What a call throws. */
export async function thrownBy(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
