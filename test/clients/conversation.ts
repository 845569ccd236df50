/** A client that is told by its model to do one thing after the other, and a person who is asked about some of them. */
import { setTimeout } from 'node:timers/promises';

import type { Approval } from '../../protocol/approval.ts';
import { startModelServer, type ModelServer } from '../helpers/model-server/server.ts';
import type { Wish } from '../helpers/model-server/script.ts';
import type { Client } from './client.ts';
import { connect, shorten } from './connect.ts';
import { killHooks, runClient } from './process.ts';
import { layOut, seatFor, type Stage } from './stage.ts';

/** What the person does when they are asked: `kill` ends the hook that waits, and says no to whoever asks after that. */
export type Person = 'approve' | 'deny' | 'kill' | 'nobody';

export type Scene = {
  readonly id: string;
  readonly call: Wish;
  readonly person: Person;
  /** How long the person thinks. */
  readonly thinksMs?: number;
  /** Before the model says what it wants. */
  readonly before?: () => Promise<void> | void;
};

export type Seen = {
  /** What the model was told that its call came to; absent when it never was. */
  readonly told: string | undefined;
  /** Those that were asked of the person, in their order. */
  readonly traces: readonly string[];
};

export type Conversation = { readonly seen: Readonly<Record<string, Seen>>; readonly output: string };

export type ConversationOptions = {
  readonly binary: string;
  /** Hooks are to answer sooner than they were connected to. */
  readonly hurriedMs?: number;
  readonly limitMs: number;
};

export async function converse(
  client: Client,
  stage: Stage,
  scenes: readonly Scene[],
  { binary, hurriedMs, limitMs }: ConversationOptions,
): Promise<Conversation> {
  let now: Scene | undefined;
  const model = await startModelServer(scenes.map((scene) => ({ call: scene.call, before: () => enter(scene) })));
  const enter = async (scene: Scene): Promise<void> => {
    await scene.before?.();
    now = scene;
  };
  const over = new AbortController();
  const person = attend(stage, () => now, over.signal);
  try {
    const seat = seatFor(stage, model.url);
    const start = client.start(seat);
    layOut(seat.home, start.files);
    const files = await connect(client, stage.daemon, seat, start, binary);
    if (hurriedMs !== undefined) shorten(files, hurriedMs);
    const more = hurriedMs === undefined ? [] : (client.trustingArgs ?? []);
    const { code, out } = await runClient(binary, { ...start, args: [...start.args, ...more] }, seat, limitMs);
    over.abort();
    return { seen: seenIn(scenes, model, await person), output: `${client.name} ended with ${code}\n${out}\n${model.unknown.join('\n')}\n${model.requests.map((r) => r.path).join('\n')}` }; // prettier-ignore
  } finally {
    over.abort();
    await model.close();
  }
}

function seenIn(scenes: readonly Scene[], model: ModelServer, traces: ReadonlyMap<string, string[]>): Record<string, Seen> {
  const results = model.results();
  return Object.fromEntries(scenes.map(({ id }, at) => [id, { told: results[at]?.text, traces: traces.get(id) ?? [] }]));
} // prettier-ignore

/** Answers what is asked while a scene is on, and tells which traces that were. */
async function attend(stage: Stage, scene: () => Scene | undefined, over: AbortSignal): Promise<ReadonlyMap<string, string[]>> {
  const traces = new Map<string, string[]>();
  const done = new Set<string>();
  while (!over.aborted) {
    const now = scene();
    for (const { id } of now === undefined ? [] : await pending(stage)) {
      if (now === undefined || done.has(`${now.id} ${id}`)) continue;
      done.add(`${now.id} ${id}`);
      const approval = await stage.daemon.control.call('approval', { params: { id } });
      const asked = traces.get(now.id) ?? [];
      traces.set(now.id, [...asked, approval.traceId]);
      await setTimeout(now.thinksMs ?? 0);
      await act(stage, now.person === 'kill' && asked.length > 0 ? 'deny' : now.person, approval);
    }
    await setTimeout(50);
  }
  return traces;
} // prettier-ignore

/** A daemon that is dead asks nobody. */
async function pending({ daemon }: Stage): Promise<readonly { readonly id: string }[]> {
  return daemon.control.call('pending').catch(() => []);
}

async function act({ daemon, human }: Stage, person: Person, approval: Approval): Promise<void> {
  if (person === 'nobody') return;
  if (person === 'kill') return void killHooks(`${daemon.paths.libexec}/countersign-hook`);
  const vote = human.vote(approval, person, { scope: 'once', reason: 'the person said so' });
  await daemon.control.call('vote', { params: { id: approval.id }, body: { vote } });
}
