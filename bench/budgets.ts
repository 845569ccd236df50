/** What the architecture promises, and which figure tells whether it is kept. */
import type { Result } from './report.ts';

type Budget = {
  readonly path: string;
  readonly goal: string;
  /** The id of a figure. */
  readonly figure: string;
  readonly unit: string;
} & ({ readonly atMost: number } | { readonly atLeast: number });

/** `measured` is null when the run left it out; then it is neither met nor missed. */
export type Kept = {
  readonly path: string;
  readonly goal: string;
  readonly measured: number | null;
  readonly unit: string;
  readonly met: boolean | null;
};

const BUDGETS: readonly Budget[] = [
  { path: 'PATH shim, added to a bare spawn, median', goal: '≤ 0.4 ms', figure: 'shim-added', unit: 'µs', atMost: 400 },
  { path: 'PATH shim, added to a bare spawn, p99', goal: '≤ 2 ms', figure: 'shim-added-p99', unit: 'µs', atMost: 2_000 },
  { path: 'the same, beside a hook written in Node', goal: '≥ 40× faster', figure: 'node-hook-ratio', unit: '×', atLeast: 40 },
  { path: 'hook of an agent, added to a bare spawn, median', goal: '≤ 1 ms', figure: 'hook-added', unit: 'µs', atMost: 1_000 },
  { path: 'the same, beside the same hook written in Node', goal: '≥ 40× faster', figure: 'hook-ratio', unit: '×', atLeast: 40 },
  { path: 'call of an MCP tool through the gateway, added, median', goal: '≤ 1 ms', figure: 'mcp-added', unit: 'µs', atMost: 1_000 },
  { path: 'evaluate inside the daemon, typical command', goal: '≤ 100 µs', figure: 'evaluate-inside', unit: 'µs', atMost: 100 },
  { path: 'judging a typical command under 500 rules', goal: '≤ 100 µs', figure: 'many-rules', unit: 'µs', atMost: 100 },
  { path: 'judging 64 KiB made to take long, slowest median', goal: '≤ 50 ms', figure: 'hostile', unit: 'ms', atMost: 50 },
  { path: 'judging a typical command with file facts', goal: '≤ 3 ms', figure: 'file-facts', unit: 'ms', atMost: 3 },
  { path: 'evaluations a second', goal: '≥ 15,000/s', figure: 'evaluations', unit: '/s', atLeast: 15_000 },
  { path: 'evaluate, p99 with 8 clients', goal: '≤ 2 ms', figure: 'evaluate-p99-8', unit: 'µs', atMost: 2_000 },
  { path: 'trace append, group commit', goal: '≥ 20,000 events/s', figure: 'trace-append', unit: '/s', atLeast: 20_000 },
  { path: 'a million events: a page of the timeline', goal: '≤ 10 ms', figure: 'million-page', unit: 'ms', atMost: 10 },
  { path: 'a million events: verifying all', goal: '≤ 10 s', figure: 'million-verify', unit: 's', atMost: 10 },
  { path: 'daemon, start to first verdict', goal: '≤ 300 ms', figure: 'start', unit: 'ms', atMost: 300 },
  { path: 'daemon, memory (RSS) at rest', goal: '≤ 120 MB', figure: 'rss-idle', unit: 'MB', atMost: 120 },
]; // prettier-ignore

export function kept(results: readonly Result[]): Kept[] {
  const figures = new Map(results.flatMap((result) => result.figures.map(({ id, value }) => [id, value])));
  return BUDGETS.map((budget) => {
    const { path, goal, figure, unit } = budget;
    const measured = figures.get(figure) ?? null;
    const met = measured === null ? null : 'atMost' in budget ? measured <= budget.atMost : measured >= budget.atLeast;
    return { path, goal, measured, unit, met };
  });
}
