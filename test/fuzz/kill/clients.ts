/** Clients that ask, vote and remember what they were told. */
import type { Approval } from '../../../protocol/approval.ts';
import { askOver } from '../../helpers/wire.ts';
import type { Random } from './random.ts';
import type { Victim } from './victim.ts';

/** Something a client was told, and so has to be in the trace. */
export type Acknowledged = {
  readonly traceId: string;
  readonly what: 'verdict' | 'vote';
  readonly verdict: 'allow' | 'deny' | 'approve';
  readonly argv: readonly string[];
};

/** Commands that somebody is asked about (31–80) and that nothing has to be looked at for. */
const HELD: readonly [(name: string) => string[], ...((name: string) => string[])[]] = [
  (name) => ['docker', 'volume', 'rm', name],
  (name) => ['dropdb', name],
  (name) => ['npm', 'unpublish', name, '--force'],
  (name) => ['aws', 's3', 'rb', `s3://${name}`, '--force'],
];

/** Asks until the daemon is gone; every answer goes to `told`. */
export async function runClient(
  victim: Victim,
  random: Random,
  fresh: () => string,
  told: (one: Acknowledged) => void,
  gone: () => boolean,
): Promise<void> {
  while (!gone()) {
    try {
      await random.oneOf([askAndVote, askAndVote, beRefused, beAllowed])(victim, random, fresh, told);
    } catch {
      // The connection broke: nothing was acknowledged. Whoever is there again goes on.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

type Turn = (victim: Victim, random: Random, fresh: () => string, told: (one: Acknowledged) => void) => Promise<void>;

const askAndVote: Turn = async (victim, random, fresh, told) => {
  const argv = random.oneOf(HELD)(fresh());
  const ask = askOver(victim.paths.agentSocket, argv, '/');
  const { approval: id } = await ask.held;
  const approval: Approval = await victim.control.call('approval', { params: { id } });
  const { traceId } = approval;
  const decision = random.oneOf(['approve', 'deny']);
  const scope = decision === 'approve' ? random.oneOf(['once', 'session', '15m']) : 'once';
  const vote = victim.human().vote(approval, decision, { scope });
  const counted = victim.control
    .call('vote', { params: { id }, body: { vote } })
    .then(() => told({ traceId, what: 'vote', verdict: decision, argv }));
  const answered = ask.reply.then((reply) => {
    if (reply?.type === 'verdict' && reply.verdict !== 'compute')
      told({ traceId, what: 'verdict', verdict: reply.verdict, argv });
  });
  await Promise.all([counted, answered]);
};

/** A forced denial: durable without anybody being asked. */
const beRefused: Turn = async (victim, _random, fresh, told) => {
  const argv = ['rm', '-rf', `${victim.paths.keys}/${fresh()}`];
  const { traceId, verdict } = await victim.agent.call('evaluate', {
    body: { action: { kind: 'exec', argv, cwd: '/' } },
  });
  if (verdict !== 'deny') throw new Error(`\`${argv.join(' ')}\` was answered with ${verdict}`);
  told({ traceId, what: 'verdict', verdict, argv });
};

/** Harmless: may be lost, and must not be in the way. */
const beAllowed: Turn = async (victim, _random, fresh) => {
  await askOver(victim.paths.agentSocket, ['echo', fresh()], '/').reply;
};
