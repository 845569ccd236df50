/** What a guarded command costs beside the same command unguarded, and beside a hook written in Node. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { buildNative } from '../../build/native.ts';
import { ROOT } from '../../build/root.ts';
import type { Paths } from '../../protocol/paths.ts';
import { installShims } from '../../shims/install.ts';
import type { BenchDaemon } from '../daemon.ts';
import { compare, interleave, type Contender, type Rounds } from '../measure.ts';
import type { Result } from '../report.ts';

const HOOK = join(ROOT, 'bench', 'baseline', 'node-hook.js');

export async function spawning({ paths, env }: BenchDaemon, cwd: string, rounds: Rounds): Promise<Result> {
  const run = (program: string, words: readonly string[]) => () => {
    const { status, error, stderr } = spawnSync(program, words, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${error?.message ?? stderr.toString()}`);
  };
  const contenders: Contender[] = [
    { name: 'true, bare', run: run('/bin/true', []) },
    { name: 'true, through a hook written in Node', run: run(process.execPath, [HOOK, paths.agentSocket, 'true']) },
  ];
  const problem = placeShim(paths);
  if (problem === undefined)
    contenders.push({ name: 'true, through its shim', run: run(join(paths.shims, 'true'), []) });
  const rows = compare(await interleave(contenders, rounds));
  const [bare, hook, guarded] = rows;
  const figures =
    bare === undefined || hook === undefined || guarded === undefined
      ? []
      : [
          { name: 'added by the shim', value: guarded.medianUs - bare.medianUs, unit: 'µs' },
          { name: 'added by the Node hook', value: hook.medianUs - bare.medianUs, unit: 'µs' },
          {
            name: 'the shim is faster than the Node hook by',
            value: (hook.medianUs - bare.medianUs) / (guarded.medianUs - bare.medianUs),
            unit: '×',
          },
        ];
  return {
    scenario: 'spawn',
    about: 'spawn and wait, ratio to the bare command',
    rows,
    figures,
    ...(problem === undefined ? {} : { skipped: `the shim: ${problem}` }),
  };
}

/** What stands in the way of a shim, if anything. */
function placeShim(paths: Paths): string | undefined {
  const built = buildNative();
  if (!built.ok) return built.reason;
  const { installed } = installShims({
    paths,
    tools: ['true'],
    nodePath: process.execPath,
    daemonEntry: join(ROOT, 'daemon', 'main.ts'),
    nativeDir: join(ROOT, 'dist', 'native'),
    pathEnv: process.env['PATH'] ?? '',
  });
  return installed.includes('true') ? undefined : 'no shim was placed for `true`';
}
