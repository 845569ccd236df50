/** How long the daemon takes to judge, decide, record and answer. */
import type { BenchDaemon } from '../daemon.ts';
import { openAsker, type Asker } from '../asking.ts';
import { compare, interleave, type Rounds } from '../measure.ts';
import type { Result } from '../report.ts';

const CLIENTS = 8;
const BURST = 200;

export async function evaluate({ paths, agent }: BenchDaemon, cwd: string, rounds: Rounds): Promise<Result> {
  const askers = await Promise.all(Array.from({ length: CLIENTS }, () => openAsker(paths.agentSocket, cwd)));
  const [first] = askers;
  if (first === undefined) throw new Error('no connection');
  const http = (argv: string[]) => agent.call('evaluate', { body: { action: { kind: 'exec', argv, cwd } } });
  const samples = await interleave(
    [
      { name: 'ping (a bare round trip on the socket)', run: () => first.ping() },
      { name: 'ask: ls -la', run: () => first.ask(['ls', '-la']) },
      { name: 'ask: git status', run: () => first.ask(['git', 'status']) },
      { name: 'HTTP evaluate: ls -la', run: () => http(['ls', '-la']) },
    ],
    rounds,
  );
  const figures = [
    { name: `evaluations/s, 1 client`, value: await perSecond([first]), unit: '/s' },
    { name: `evaluations/s, ${CLIENTS} clients`, value: await perSecond(askers), unit: '/s' },
  ];
  for (const asker of askers) asker.close();
  return {
    scenario: 'evaluate',
    about: 'the same daemon over agent.sock, ratio to a ping',
    rows: compare(samples),
    figures,
  };
}

async function perSecond(askers: readonly Asker[]): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    askers.map(async (asker) => {
      for (let count = 0; count < BURST; count++) await asker.ask(['ls', '-la']);
    }),
  );
  return (BURST * askers.length * 1_000) / (performance.now() - startedAt);
}
