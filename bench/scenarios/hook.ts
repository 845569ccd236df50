/** What the hook of an agent costs for a call that is let through: the whole process, beside one that is a script. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { ROOT } from '../../build/root.ts';
import type { BenchDaemon } from '../daemon.ts';
import { added, compare, interleave, type Rounds, type Samples } from '../measure.ts';
import type { Figure, Result } from '../report.ts';
import { placeShim } from '../shim.ts';

const SCRIPT = join(ROOT, 'bench', 'baseline', 'node-client-hook.js');
const BARE = 'true, bare';
const NATIVE = 'the hook of an agent';
const NODE_SCRIPT = 'the same, written in Node';

export async function hooking({ paths, env }: BenchDaemon, cwd: string, rounds: Rounds): Promise<Result> {
  const problem = placeShim(paths, []);
  const about = 'spawn and wait for a call that is let through, ratio to the bare command';
  if (problem !== undefined) return { scenario: 'hook', about, rows: [], figures: [], skipped: problem };
  let calls = 0;
  const ask = (program: string, words: readonly string[]): void => {
    const input = JSON.stringify({
      session_id: 'bench',
      hook_event_name: 'PreToolUse',
      cwd,
      tool_name: 'Bash',
      tool_input: { command: 'ls -l' },
      tool_use_id: `call-${calls++}`,
    });
    const { status, stdout } = spawnSync(program, words, { cwd, env, input, encoding: 'utf8' });
    if (status !== 0 || stdout !== '') throw new Error(`${program} ended with ${status}: ${stdout}`);
  };
  const hook = join(paths.libexec, 'countersign-hook');
  const samples = await interleave(
    [
      { name: BARE, run: () => void spawnSync('/bin/true', [], { cwd, env, input: '', encoding: 'utf8' }) },
      { name: NATIVE, run: () => ask(hook, ['--client', 'claude-code', '--event', 'PreToolUse']) },
      { name: NODE_SCRIPT, run: () => ask(process.execPath, [SCRIPT, paths.agentSocket, 'claude-code']) },
    ],
    rounds,
  );
  return { scenario: 'hook', about, rows: compare(samples), figures: figuresOf(samples) };
}

/** The promise is about the whole process; the ratio is of what each adds to a bare spawn. */
function figuresOf(samples: readonly Samples[]): Figure[] {
  const native = added(samples, NATIVE, BARE);
  const script = added(samples, NODE_SCRIPT, BARE);
  return [
    { id: 'hook-added', name: `added: ${NATIVE}`, value: native.median, unit: 'µs', interval: native.interval },
    { name: `added: ${NODE_SCRIPT}`, value: script.median, unit: 'µs', interval: script.interval },
    {
      id: 'hook-ratio',
      name: `the hook adds less by: ${NODE_SCRIPT}`,
      value: script.median / native.median,
      unit: '×',
    },
  ];
}
