/** How long the daemon takes to judge, decide, record and answer. */
import { openAsker, type Asker } from '../asking.ts';
import type { BenchDaemon } from '../daemon.ts';
import { quantile } from '../interval.ts';
import { compare, interleave, type Rounds } from '../measure.ts';
import { cpuMs } from '../process-figures.ts';
import type { Figure, Result } from '../report.ts';

const CLIENTS = [1, 8, 64];
/** How long the clients ask in one burst, and how many bursts; the median of their rates is told. */
const BURST_MS = 500;
const BURSTS = 7;
/** Asked in one write: few enough that the daemon takes them all, so many that the socket costs little. */
const TOGETHER = 32;

const TYPICAL: readonly (readonly string[])[] = [
  ['ls', '-la'],
  ['git', 'status'],
  ['node', '--version'],
];

export async function evaluate({ paths, agent, pid }: BenchDaemon, cwd: string, rounds: Rounds): Promise<Result> {
  const first = await openAsker(paths.agentSocket, cwd);
  const http = (argv: string[]) => agent.call('evaluate', { body: { action: { kind: 'exec', argv, cwd } } });
  const many = Array.from({ length: TOGETHER }, (_, at) => TYPICAL[at % TYPICAL.length] ?? ['ls']);
  const samples = await interleave(
    [
      { name: 'ping (a bare round trip on the socket)', run: () => first.ping() },
      { name: 'ask: ls -la', run: () => first.ask(['ls', '-la']) },
      { name: 'ask: git status', run: () => first.ask(['git', 'status']) },
      { name: `ask: ${TOGETHER} at once`, run: () => first.askTogether(many) },
      { name: 'HTTP evaluate: ls -la', run: () => http(['ls', '-la']) },
    ],
    rounds,
  );
  const rows = compare(samples);
  const inside = (rows.find(({ name }) => name.endsWith('at once'))?.medianUs ?? Number.NaN) / TOGETHER;
  const figures: Figure[] = [{ id: 'evaluate-inside', name: 'one of many asked at once', value: inside, unit: 'µs' }];
  first.close();
  for (const clients of CLIENTS) {
    // Opened when they ask: the daemon lets go of connections that stay silent.
    const askers = await Promise.all(Array.from({ length: clients }, () => openAsker(paths.agentSocket, cwd)));
    figures.push(...(await withClients(askers, pid)));
    for (const asker of askers) asker.close();
  }
  return { scenario: 'evaluate', about: 'the same daemon over agent.sock, ratio to a ping', rows, figures };
}

async function withClients(askers: readonly Asker[], pid: number): Promise<Figure[]> {
  const latencies: number[] = [];
  const rates: number[] = [];
  const cpuBefore = cpuMs(pid);
  for (let burst = 0; burst < BURSTS; burst++) {
    const startedAt = performance.now();
    const asked = latencies.length;
    await Promise.all(askers.map((asker) => askUntil(asker, startedAt + BURST_MS, latencies)));
    rates.push(((latencies.length - asked) * 1_000) / (performance.now() - startedAt));
  }
  const cpuUs = ((cpuMs(pid) - cpuBefore) * 1_000) / latencies.length;
  const clients = askers.length === 1 ? '1 client' : `${askers.length} clients`;
  const ids = askers.length === 8 ? ['evaluations', 'evaluate-p99-8'] : [];
  return [
    { ...named(ids[0]), name: `evaluations/s, ${clients}`, value: quantile(rates, 0.5), unit: '/s' },
    { name: `round trip, ${clients}, median`, value: quantile(latencies, 0.5), unit: 'µs' },
    { ...named(ids[1]), name: `round trip, ${clients}, p99`, value: quantile(latencies, 0.99), unit: 'µs' },
    { name: `the daemon's processor time for each, ${clients}`, value: cpuUs, unit: 'µs' },
  ];
}

async function askUntil(asker: Asker, deadline: number, latencies: number[]): Promise<void> {
  for (let count = 0; performance.now() < deadline; count++) {
    const startedAt = performance.now();
    await asker.ask(TYPICAL[count % TYPICAL.length] ?? ['ls']);
    latencies.push((performance.now() - startedAt) * 1_000);
  }
}

function named(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
