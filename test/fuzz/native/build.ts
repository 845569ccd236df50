/** Builds a target with sanitizers: as a fuzzer with clang, or to run given files with any compiler. */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../../build/root.ts';
import type { NativeTarget } from './targets.ts';

const SANITIZED = ['-std=c11', '-D_GNU_SOURCE', '-g', '-O1', '-fno-sanitize-recover=all'];
const SOURCES = join(ROOT, 'shims/src');
/** The target is the program, and its memory is counted. */
const REPLACED = new Set(['shim.c', 'hook.c', 'memory.c']);

export type Flavour = {
  readonly compiler: string;
  readonly sanitize: string;
  /** The program around the target, where the compiler brings none. */
  readonly mains: readonly string[];
};

export const FUZZER: Flavour = { compiler: 'clang', sanitize: 'fuzzer,address,undefined', mains: [] };
export const STANDALONE: Flavour = { compiler: 'cc', sanitize: 'address,undefined', mains: ['standalone.c'] };

/** Why this flavour cannot be built and run on this machine; nothing when it can. */
export function missingFor({ compiler, sanitize }: Flavour, folder: string): string | undefined {
  const source = join(folder, 'probe.c');
  const isFuzzer = sanitize.startsWith('fuzzer');
  const entry = isFuzzer ? 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d == 0 && n > 0; }' : 'int main(void) { return 0; }'; // prettier-ignore
  writeFileSync(source, `${entry}\n`);
  const program = join(folder, 'probe');
  const built = spawnSync(compiler, [...SANITIZED, `-fsanitize=${sanitize}`, '-o', program, source]);
  if (built.error !== undefined) return `\`${compiler}\` is not installed`;
  if (built.status !== 0) return `\`${compiler}\` cannot link sanitizers`;
  const ran = spawnSync(program, isFuzzer ? ['-runs=1'] : [], { stdio: 'ignore' });
  return ran.status === 0 ? undefined : `programs that \`${compiler}\` builds with sanitizers do not run here`;
}

/** @returns the program. */
export function buildTarget(target: NativeTarget, flavour: Flavour, folder: string): string {
  const program = join(folder, target.name);
  const own = [`${target.name}.c`, 'fuzz.c', ...flavour.mains].map((name) => join(import.meta.dirname, name));
  const clients = readdirSync(SOURCES).filter((name) => name.endsWith('.c') && !REPLACED.has(name)).map((name) => join(SOURCES, name)); // prettier-ignore
  const options = [...SANITIZED, `-fsanitize=${flavour.sanitize}`, '-I', SOURCES, '-I', import.meta.dirname, ...(target.replaced ?? [])]; // prettier-ignore
  const built = spawnSync(flavour.compiler, [...options, '-o', program, ...own, ...clients], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the target \`${target.name}\` does not build:\n${built.stderr}`);
  return program;
}
