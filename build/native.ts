/** Builds the native clients with the C compiler of this machine into `dist/native/`. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { ROOT } from './root.ts';

const SOURCES = join(ROOT, 'shims/src');
/** Each is a source of its own and all that the others share. */
const PROGRAMS = ['shim', 'countersign-hook'] as const;
const MAINS: Readonly<Record<(typeof PROGRAMS)[number], string>> = { shim: 'shim.c', 'countersign-hook': 'hook.c' };
const WARNINGS = ['-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wshadow'];
const SMALL = ['-Os', '-s', '-ffunction-sections', '-fdata-sections', '-fno-asynchronous-unwind-tables'];
/** Fewer segments mean fewer mappings and page faults at every start; a static program has nothing to relocate. */
const STATIC = [
  '-static',
  '-Wl,--gc-sections',
  '-Wl,-z,noseparate-code',
  '-Wl,-z,norelro',
  '-Wl,-z,noexecstack',
  '-Wl,--build-id=none',
];
const NO_COMPILER =
  'no C compiler, so shims are not available; install one (Debian: `apt install gcc`; macOS: `xcode-select --install`)';

type Attempt = {
  readonly compiler: string;
  readonly linking: readonly string[];
  /** The kernel maps the client for every guarded command; a larger one means that something was linked in by mistake. */
  readonly maxBytes: number;
};

const MUSL_BYTES = 64 * 1024;
/** The GNU library alone takes 700 KB, and still starts faster than when it is loaded at run time. */
const GLIBC_BYTES = 1024 * 1024;

export type NativeBuild =
  { readonly ok: true; readonly files: readonly string[] } | { readonly ok: false; readonly reason: string };

export type NativeOptions = {
  readonly outDir?: string;
  readonly print?: (line: string) => void;
  /** Where compilers are looked for. */
  readonly pathEnv?: string;
};

/** Does nothing when the sources are those of the last build. */
export function buildNative({
  outDir = join(ROOT, 'dist/native'),
  print = () => undefined,
  pathEnv = process.env['PATH'] ?? '',
}: NativeOptions = {}): NativeBuild {
  const outputs = PROGRAMS.map((name) => join(outDir, name));
  const stampFile = join(outDir, '.stamp');
  const sources = readdirSync(SOURCES).sort();
  const stamp = contentStamp(sources);
  if (readText(stampFile) === stamp && outputs.every((file) => readText(file) !== undefined)) return { ok: true, files: outputs }; // prettier-ignore
  mkdirSync(outDir, { recursive: true });
  const problems: string[] = [];
  for (const attempt of attempts()) {
    const problem = buildAll(attempt, sources, outDir, pathEnv);
    if (problem === undefined) {
      const sizes = outputs.map((file) => `${basename(file)} (${statSync(file).size} bytes)`);
      print(`built with \`${words(attempt)}\`: ${sizes.join(', ')}`);
      writeFileSync(stampFile, stamp);
      return { ok: true, files: outputs };
    }
    if (problem !== NO_COMPILER) problems.push(problem);
  }
  return { ok: false, reason: problems.length === 0 ? NO_COMPILER : problems.join('\n') };
}

function attempts(): readonly Attempt[] {
  if (process.platform === 'darwin')
    return [{ compiler: 'cc', linking: ['-Wl,-dead_strip'], maxBytes: Number.POSITIVE_INFINITY }];
  return [
    { compiler: 'musl-gcc', linking: STATIC, maxBytes: MUSL_BYTES },
    { compiler: 'cc', linking: STATIC, maxBytes: GLIBC_BYTES },
    // The last resort: slower to start, and the caller's LD_PRELOAD reaches it.
    { compiler: 'cc', linking: ['-Wl,--gc-sections'], maxBytes: Number.POSITIVE_INFINITY },
  ];
}

/** All of them or none. Says what went wrong, if anything. */
function buildAll(attempt: Attempt, sources: readonly string[], outDir: string, pathEnv: string): string | undefined {
  const drafts = PROGRAMS.map((name) => ({ name, draft: join(outDir, `${name}.${process.pid}`) }));
  let problem: string | undefined;
  for (const { name, draft } of drafts) problem ??= compile(attempt, sourcesOf(name, sources), draft, pathEnv);
  for (const { name, draft } of drafts) {
    if (problem === undefined) renameSync(draft, join(outDir, name));
    else rmSync(draft, { force: true });
  }
  return problem;
}

function sourcesOf(program: (typeof PROGRAMS)[number], sources: readonly string[]): readonly string[] {
  const others = Object.values(MAINS).filter((main) => main !== MAINS[program]);
  return sources.filter((name) => name.endsWith('.c') && !others.includes(name)).map((name) => join(SOURCES, name));
}

function compile(attempt: Attempt, files: readonly string[], draft: string, pathEnv: string): string | undefined {
  const run = spawnSync(attempt.compiler, [...WARNINGS, ...SMALL, ...attempt.linking, '-o', draft, ...files], {
    encoding: 'utf8',
    env: { ...process.env, PATH: pathEnv },
  });
  if (run.error !== undefined) return NO_COMPILER;
  if (run.status !== 0) return `\`${words(attempt)}\` failed:\n${run.stderr}`;
  const sizeBytes = statSync(draft).size;
  if (sizeBytes <= attempt.maxBytes) return undefined;
  return `\`${words(attempt)}\` made a client of ${sizeBytes} bytes, more than ${attempt.maxBytes}`;
}

function words({ compiler, linking }: Attempt): string {
  return linking.includes('-static') ? `${compiler} -static` : compiler;
}

function contentStamp(sources: readonly string[]): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  hash.update(readFileSync(new URL('native.ts', import.meta.url)));
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

// `--if-stale` is accepted and changes nothing: that is what always happens.
if (import.meta.main) {
  const built = buildNative({ print: (line) => process.stdout.write(`${line}\n`) });
  if (!built.ok) {
    process.stderr.write(`countersign: ${built.reason}\n`);
    process.exitCode = 1;
  }
}
