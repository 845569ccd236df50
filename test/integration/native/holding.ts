/** A daemon that holds every question until the test decides. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

import { WireAsk } from '../../../protocol/wire.ts';
import { eventually } from '../../helpers/daemon.ts';

export const NOTE = 'held for a person';

export type Holding = {
  /** Waits until so many questions are held at the same time. */
  holds(count: number): Promise<void>;
  /** Tells those that asked once more that a person is deciding. */
  tellHeld(): void;
  approve(): void;
  /** Ends like a daemon that is killed. */
  die(): void;
};

export async function holdingDaemon(socketPath: string): Promise<Holding> {
  const held = new Map<Socket, WireAsk>();
  const tell = (peer: Socket, ask: WireAsk): void => {
    peer.write(`${JSON.stringify({ v: 1, type: 'held', id: ask.id, approval: 'k7', message: NOTE })}\n`);
  };
  const server = createServer((peer) => {
    const lines = createInterface({ input: peer }).on('line', (line) => {
      const ask = WireAsk.parse(JSON.parse(line));
      held.set(peer, ask);
      tell(peer, ask);
    });
    lines.on('error', () => lines.close());
    peer.on('error', () => peer.destroy());
    peer.on('close', () => held.delete(peer));
  }).listen(socketPath);
  await once(server, 'listening');
  const die = (): void => {
    server.close();
    for (const peer of held.keys()) peer.destroy();
  };
  onTestFinished(die);
  return {
    async holds(count) {
      await eventually(() => (held.size === count ? true : undefined), `${count} held, there are ${held.size}`);
    },
    tellHeld() {
      for (const [peer, ask] of held) tell(peer, ask);
    },
    approve() {
      for (const [peer, { id }] of held)
        peer.end(`${JSON.stringify({ v: 1, type: 'verdict', id, verdict: 'allow' })}\n`);
    },
    die,
  };
}
