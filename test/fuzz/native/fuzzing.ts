/** Fuzzes the native targets with libFuzzer. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { GRACE_SECONDS, type Outcome } from '../outcome.ts';
import { seedFor } from '../seed.ts';
import { buildTarget, FUZZER, missingFor } from './build.ts';
import { corpusFolder, dictionaryOf, type NativeTarget } from './targets.ts';

/** One input that takes longer hangs. */
const INPUT_LIMIT_SECONDS = 10;
/** Files of one target; all of them run with every `npm test`. */
const MAX_CORPUS_FILES = 120;

export type NativeFuzzing = {
  /** Why there is none on this machine. */
  readonly missing: string | undefined;
  fuzz(target: NativeTarget, seconds: number): Promise<Outcome>;
  /** @returns how many files are left. */
  minimise(target: NativeTarget): Promise<number>;
};

/** @param folder for programs and the growing corpus, kept between runs. */
export function openNativeFuzzing(folder: string, findings: string): NativeFuzzing {
  mkdirSync(folder, { recursive: true });
  const missing = missingFor(FUZZER, folder);
  return {
    missing,
    async fuzz(target, seconds) {
      if (missing !== undefined) return { kind: 'skipped', reason: missing };
      const grown = join(folder, 'corpus', target.name);
      mkdirSync(grown, { recursive: true });
      const own = mkdtempSync(join(findings, `${target.name}-`));
      const program = built(target, folder);
      if (typeof program !== 'string') return program;
      const options = [...common(target), `-seed=${seedFor(target.name)}`, `-max_total_time=${Math.ceil(seconds)}`, `-artifact_prefix=${own}/`, `-dict=${dictionaryOf(target)}`]; // prettier-ignore
      const child = spawn(program, [...options, grown, corpusFolder(target)], { stdio: ['ignore', 'pipe', 'pipe'] });
      const late = setTimeout(() => child.kill('SIGKILL'), (seconds + GRACE_SECONDS) * 1000);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
      const [code] = (await once(child, 'close')) as [number | null];
      clearTimeout(late);
      if (code === 0) {
        rmSync(own, { recursive: true });
        return { kind: 'clean', runs: Number(/Done (\d+) runs/.exec(output)?.[1] ?? 0) };
      }
      const [artifact] = readdirSync(own);
      return { kind: 'found', problem: problemIn(output), file: artifact === undefined ? own : join(own, artifact) };
    },
    async minimise(target) {
      const kept = mkdtempSync(join(folder, 'merge-'));
      const program = buildTarget(target, FUZZER, folder);
      const grown = join(folder, 'corpus', target.name);
      mkdirSync(grown, { recursive: true });
      const run = spawnSync(program, [...common(target), '-merge=1', kept, corpusFolder(target), grown], {
        stdio: 'ignore',
      });
      if (run.status !== 0) throw new Error(`merging \`${target.name}\` failed`);
      rmSync(corpusFolder(target), { recursive: true });
      mkdirSync(corpusFolder(target));
      for (const name of readdirSync(kept).sort().slice(0, MAX_CORPUS_FILES)) {
        cpSync(join(kept, name), join(corpusFolder(target), name.slice(0, 16)));
      }
      rmSync(kept, { recursive: true });
      return readdirSync(corpusFolder(target)).length;
    },
  };
}

function built(target: NativeTarget, folder: string): string | Outcome {
  try {
    return buildTarget(target, FUZZER, folder);
  } catch (error) {
    return { kind: 'found', problem: String(error), file: folder };
  }
}

function common({ maxBytes }: NativeTarget): string[] {
  return [`-max_len=${maxBytes}`, `-timeout=${INPUT_LIMIT_SECONDS}`, '-print_final_stats=0', '-verbosity=1'];
}

function problemIn(output: string): string {
  const told = /^(?:broken at .*|.*runtime error.*|SUMMARY: .*)$/m.exec(output);
  return told?.[0] ?? 'it ended without a word';
}
