/** Every input that fuzzing kept, through the native clients under sanitizers; needs no fuzzer. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

import { WireRequest } from '../../../protocol/wire.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { buildTarget, missingFor, STANDALONE } from '../../fuzz/native/build.ts';
import { corpusFiles, NATIVE_TARGETS, type NativeTarget } from '../../fuzz/native/targets.ts';

/** Compilers on a loaded machine. */
const TIMEOUT_MS = 120_000;

function runCorpus(target: NativeTarget, folder: string, env: Readonly<Record<string, string>> = {}) {
  const program = buildTarget(target, STANDALONE, folder);
  const files = corpusFiles(target);
  // A corpus that is not there would pass.
  expect(files.length).toBeGreaterThan(5);
  const run = spawnSync(program, files, {
    encoding: 'latin1',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { files, run };
}

describe(verifies('fuzz:native-corpus'), () => {
  test.for(NATIVE_TARGETS)('$name', { timeout: TIMEOUT_MS }, (target, { skip }) => {
    const folder = tempFolder('fuzz');
    const missing = missingFor(STANDALONE, folder);
    if (missing !== undefined) skip(missing);
    const { files, run } = runCorpus(target, folder);
    expect(run.stderr.slice(0, 2_000)).toBe('');
    expect(run.stdout.trim().split('\n').at(-1), 'the last file is the one it ended with').toBe(files.at(-1));
    expect(run.status).toBe(0);
  });
});

test(verifies('fuzz:questions-are-read'), { timeout: TIMEOUT_MS }, ({ skip }) => {
  const folder = tempFolder('fuzz');
  const missing = missingFor(STANDALONE, folder);
  if (missing !== undefined) skip(missing);
  const target = NATIVE_TARGETS.find(({ name }) => name === 'question');
  if (target === undefined) throw new Error('the target is gone');
  const { run } = runCorpus(target, folder, { PRINT_QUESTION: '1' });
  const lines = run.stdout.split('\n').filter((line) => line.startsWith('{'));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    const text = Buffer.from(line, 'latin1').toString('utf8');
    expect(Buffer.from(text).toString('latin1'), 'the line is text').toBe(line);
    const read = WireRequest.safeParse(JSON.parse(text));
    // What the daemon does not take it refuses; the words of a command are never the cause.
    const causes = read.success ? [] : read.error.issues.map(({ path }) => String(path[0]));
    expect(causes).not.toContain('argv');
    expect(causes).not.toContain('v');
    expect(causes).not.toContain('type');
  }
});
