/** The daemon ends like in a power cut, at every step of one action's way. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, test, vi } from 'vitest';

import type { Paths } from '../../../protocol/paths.ts';
import { WireReply, WIRE_VERSION } from '../../../protocol/wire.ts';
import { eventually, NODE, REPOSITORY, startDaemon } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import {
  asked,
  caughtUp,
  framesOf,
  guarded,
  held,
  lineOf,
  RAN,
  remove,
  spooled,
  stopLooking,
  type Guarded,
  type Running,
} from './guarded.ts';

// Each starts daemons of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

/** A step of an action's way: brings an action there. */
type Step = readonly [name: string, reach: (place: Guarded) => Promise<Running>];

const UNREAD: Step = [
  'before the question is read',
  async (place) => {
    // Stopped, it neither accepts nor reads; the kernel takes the connection and the question for it.
    process.kill(place.daemon.pid, 'SIGSTOP');
    const running = remove(place);
    await asked(running);
    return running;
  },
];

const LOOKING: Step = [
  'while it looks at files',
  async (place) => {
    await stopLooking(place);
    const running = remove(place);
    await asked(running);
    await caughtUp(place);
    return running;
  },
];

const HELD: Step = [
  'while a person decides',
  async (place) => {
    const running = remove(place);
    await held(running);
    return running;
  },
];

const VOTED: Step = [
  'between the vote and the answer',
  async (place) => {
    const running = remove(place);
    const id = await held(running);
    // The world is looked at again before the answer; there it stays.
    await stopLooking(place);
    await vote(place, id);
    return running;
  },
];

const steps = process.platform === 'linux' ? [UNREAD, LOOKING, HELD, VOTED] : [];

describe('killed in enforce mode', () => {
  test.each(steps)(`${verifies('failure:killed')} (%s)`, async (name, reach) => {
    const place = await guarded();
    const running = await reach(place);
    await place.daemon.kill();
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 126, out: '' });
    expect(ended.err).toMatch(/denied: .*(daemon|answered).*countersign/s);
    expect(spooled(place.place)).toBe(0);
    const back = await startDaemon({ home: place.daemon.home });
    expect(await back.control.call('pending')).toEqual([]);
    if (name === HELD[0] || name === VOTED[0]) await expectAbandoned(place, back);
    expect(verify(back.paths)).toMatchObject({ ok: true });
  });

  test(`${verifies('failure:killed')} (after the answer)`, async () => {
    const place = await guarded();
    const running = remove(place);
    await vote(place, await held(running));
    expect(await running.ended).toMatchObject({ code: 0, out: RAN });
    await place.daemon.kill();
    const back = await startDaemon({ home: place.daemon.home });
    const { traceId } = await lineOf(back, 'allow');
    const kinds = (await framesOf(back, traceId)).map(({ event }) => event.kind);
    expect(kinds).toEqual(expect.arrayContaining(['approval.requested', 'approval.voted', 'action.decided']));
    expect(verify(back.paths)).toMatchObject({ ok: true });
  });

  test(verifies('failure:unanswered'), async () => {
    const { daemon, human, work } = await guarded();
    const client = connect(daemon.paths.agentSocket);
    // Answers that are not read fill the socket, so that the verdict stays in the daemon.
    const ping = `${JSON.stringify({ v: WIRE_VERSION, type: 'ping', id: 'x'.repeat(64) })}\n`;
    client.write(ping.repeat(5_000));
    const ask = { v: WIRE_VERSION, type: 'ask', id: 'a', entry: 'shim', name: 'rm', executable: '/bin/rm', argv: ['rm', '-rf', 'src'], cwd: work, env: {}, stdin: 'null' }; // prettier-ignore
    client.write(`${JSON.stringify(ask)}\n`);
    const [pending] = await eventually(async () => {
      const list = await daemon.control.call('pending');
      return list.length > 0 ? list : undefined;
    }, 'the question');
    const approval = await daemon.control.call('approval', { params: { id: pending?.id ?? '' } });
    await daemon.control.call('vote', { params: { id: approval.id }, body: { vote: human.vote(approval, 'approve') } });
    await lineOf(daemon, 'allow');
    await daemon.kill();
    const replies = createInterface({ input: client });
    const types = new Set<string>();
    replies.on('line', (line) => types.add(WireReply.safeParse(parsed(line)).data?.type ?? 'cut'));
    await once(replies, 'close');
    expect(types).toContain('pong');
    expect(types).not.toContain('verdict');
    const back = await startDaemon({ home: daemon.home });
    expect(await lineOf(back, 'allow')).toMatchObject({ outcome: 'released' });
  });
});

describe('killed in observe mode', () => {
  const observing = process.platform === 'linux' ? [UNREAD, LOOKING] : [];
  test.each(observing)(`${verifies('failure:killed-observing')} (%s)`, async (_, reach) => {
    const place = await guarded('observe');
    const running = await reach(place);
    await place.daemon.kill();
    expect(await running.ended).toMatchObject({ code: 0, out: RAN });
    expect(spooled(place.place)).toBe(1);
    const back = await startDaemon({ home: place.daemon.home });
    expect(verify(back.paths)).toMatchObject({ ok: true });
  });
});

describe('stopped', () => {
  test.skipIf(process.platform !== 'linux')(verifies('failure:stopped'), async () => {
    const place = await guarded();
    process.kill(place.daemon.pid, 'SIGSTOP');
    const ended = await remove(place).ended;
    expect(ended).toMatchObject({ code: 126, out: '' });
    expect(ended.err).toContain('did not answer within 10 seconds');
    process.kill(place.daemon.pid, 'SIGCONT');
    // The stale question is read now; whoever asked it is gone.
    await caughtUp(place);
    const line = await lineOf(place.daemon, 'deny').catch(() => undefined);
    expect(line?.outcome ?? 'refused').toBe('refused');
    expect(await place.daemon.control.call('pending')).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')(`${verifies('failure:stopped')} (observing)`, async () => {
    const place = await guarded('observe');
    process.kill(place.daemon.pid, 'SIGSTOP');
    expect(await remove(place).ended).toMatchObject({ code: 0, out: RAN });
    expect(spooled(place.place)).toBe(1);
    process.kill(place.daemon.pid, 'SIGCONT');
  });

  test(verifies('failure:stopped-held'), async () => {
    const place = await guarded();
    const running = remove(place);
    const id = await held(running);
    process.kill(place.daemon.pid, 'SIGSTOP');
    process.kill(place.daemon.pid, 'SIGCONT');
    expect(await place.daemon.control.call('pending')).toMatchObject([{ id }]);
    expect(running.child.exitCode).toBeNull();
    await vote(place, id, 'deny');
    expect(await running.ended).toMatchObject({ code: 126, out: '' });
  });
});

async function vote({ daemon, human }: Guarded, id: string, decision: 'approve' | 'deny' = 'approve'): Promise<void> {
  const approval = await daemon.control.call('approval', { params: { id } });
  await daemon.control.call('vote', { params: { id }, body: { vote: human.vote(approval, decision) } });
}

async function expectAbandoned(place: Guarded, back: typeof place.daemon): Promise<void> {
  const { traceId, outcome } = await lineOf(back, 'deny');
  expect(outcome).toBe('refused');
  const frames = await framesOf(back, traceId);
  expect(frames.at(-1)?.event).toMatchObject({ kind: 'action.decided', data: { code: 'approval_abandoned' } });
}

function verify({ traceDb, witness, keys }: Paths): unknown {
  const program = `${REPOSITORY}/daemon/trace/verify-main.ts`;
  const { stdout } = spawnSync(NODE, [program, traceDb, witness, `${keys}/daemon.pub`], { encoding: 'utf8' });
  return parsed(stdout);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The kill cut it off.
    return undefined;
  }
}
