/** Builds the native clients with the C compiler of this machine into `dist/native/`. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './root.ts';

/** The kernel maps the client for every guarded command; a larger one means that something was linked in by mistake. */
const MAX_BYTES = 64 * 1024;
const SOURCES = join(ROOT, 'shims/src');
const WARNINGS = ['-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wshadow'];
const SMALL = ['-Os', '-s', '-ffunction-sections', '-fdata-sections', '-fno-asynchronous-unwind-tables'];
const SECTIONS = process.platform === 'darwin' ? '-Wl,-dead_strip' : '-Wl,--gc-sections';
const NO_COMPILER =
  'no C compiler, so shims are not available; install one (Debian: `apt install gcc`; macOS: `xcode-select --install`)';

export type NativeBuild =
  { readonly ok: true; readonly files: readonly string[] } | { readonly ok: false; readonly reason: string };

export type NativeOptions = {
  readonly outDir?: string;
  readonly print?: (line: string) => void;
};

/** Does nothing when the sources are those of the last build. */
export function buildNative({
  outDir = join(ROOT, 'dist/native'),
  print = () => undefined,
}: NativeOptions = {}): NativeBuild {
  const output = join(outDir, 'shim');
  const stampFile = join(outDir, '.stamp');
  const sources = readdirSync(SOURCES).sort();
  const stamp = contentStamp(sources);
  if (readText(stampFile) === stamp && readText(output) !== undefined) return { ok: true, files: [output] };
  mkdirSync(outDir, { recursive: true });
  const problems: string[] = [];
  for (const [compiler, ...linking] of compilers()) {
    const draft = `${output}.${process.pid}`;
    const files = sources.filter((name) => name.endsWith('.c')).map((name) => join(SOURCES, name));
    const run = spawnSync(compiler, [...WARNINGS, ...SMALL, SECTIONS, ...linking, '-o', draft, ...files], {
      encoding: 'utf8',
    });
    if (run.status === 0) {
      const sizeBytes = statSync(draft).size;
      const isMusl = compiler === 'musl-gcc';
      print(`built the shim with \`${[compiler, ...linking].join(' ')}\`: ${sizeBytes} bytes`);
      if (isMusl && sizeBytes > MAX_BYTES) {
        rmSync(draft);
        return { ok: false, reason: `the shim has ${sizeBytes} bytes, more than ${MAX_BYTES}` };
      }
      renameSync(draft, output);
      writeFileSync(stampFile, stamp);
      return { ok: true, files: [output] };
    }
    rmSync(draft, { force: true });
    if (run.error === undefined) problems.push(`\`${compiler}\` failed:\n${run.stderr}`);
  }
  return { ok: false, reason: problems.length === 0 ? NO_COMPILER : problems.join('\n') };
}

function compilers(): readonly (readonly [string, ...string[]])[] {
  if (process.platform === 'darwin') return [['cc']];
  return [['musl-gcc', '-static'], ['cc', '-static'], ['cc']];
}

function contentStamp(sources: readonly string[]): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  hash.update(readFileSync(import.meta.filename));
  for (const name of sources) hash.update(`${name}\n`).update(readFileSync(join(SOURCES, name)));
  return hash.digest('hex');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Not built yet.
    return undefined;
  }
}

if (import.meta.main) {
  const built = buildNative({ print: (line) => process.stdout.write(`${line}\n`) });
  if (!built.ok) {
    process.stderr.write(`countersign: ${built.reason}\n`);
    process.exitCode = 1;
  }
}
