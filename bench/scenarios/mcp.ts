/** What a call of an MCP tool costs through the gateway beside the same call without it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { ROOT } from '../../build/root.ts';
import type { BenchDaemon } from '../daemon.ts';
import { added, compare, interleave, type Rounds } from '../measure.ts';
import type { Result } from '../report.ts';

const SERVER = join(ROOT, 'bench', 'baseline', 'mcp-server.js');
const DIRECT = 'a call, straight to the server';
const WRAPPED = 'a call, through `mcp wrap`';

type Client = { readonly request: (method: string, params?: unknown) => Promise<void>; readonly end: () => void };

export async function callingTools({ env }: BenchDaemon, cwd: string, rounds: Rounds): Promise<Result> {
  const direct = clientOf([SERVER], env, cwd);
  const wrapped = clientOf([join(ROOT, 'cli', 'bin.js'), 'mcp', 'wrap', '--name', 'clock', '--', process.execPath, SERVER], env, cwd); // prettier-ignore
  try {
    for (const { request } of [direct, wrapped]) await request('tools/list');
    const call = { name: 'get_time', arguments: { zone: 'UTC' } };
    const samples = await interleave(
      [
        { name: DIRECT, run: () => direct.request('tools/call', call) },
        { name: WRAPPED, run: () => wrapped.request('tools/call', call) },
      ],
      rounds,
    );
    const { median, interval, p99 } = added(samples, WRAPPED, DIRECT);
    return {
      scenario: 'mcp',
      about: 'a call of a tool over standard input and output, ratio to the same call without the gateway',
      rows: compare(samples),
      figures: [
        { id: 'mcp-added', name: 'added by the gateway, per call', value: median, unit: 'µs', interval },
        { name: 'added: p99', value: p99, unit: 'µs' },
      ],
    };
  } finally {
    direct.end();
    wrapped.end();
  }
}

function clientOf(argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Client {
  const child = spawn(process.execPath, argv, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] });
  let next = 0;
  let done = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    // One request at a time: a line that ends is its answer.
    if (chunk.at(-1) === 10) done();
  });
  return {
    request: (method, params) =>
      new Promise((resolve) => {
        done = resolve;
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: next++, method, params })}\n`);
      }),
    end: () => void child.kill('SIGKILL'),
  };
}
