/** Finds and runs the `opa` program, which compiles Rego. */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';

const HOW_TO_GET = [
  'get it from https://www.openpolicyagent.org/docs/latest/#running-opa, with `brew install opa`,',
  'or with Go: `go install github.com/open-policy-agent/opa@latest`; the npm package `opa` is something else',
];
/** Says its version at once. */
const VERSION_LIMIT_MS = 10_000;

/** Compiling thousands of rules takes seconds. */
const BUILD_LIMIT_MS = 120_000;
/** What it says of them is read by a person. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * The path of an OPA. Throws with where to get one; a program that only shares its name is told apart. INVARIANT: nothing is
 * run out of `work`, where an agent may have left it, nor out of a folder that another user may write.
 */
export function findOpa(path: string | undefined, work: readonly string[]): string {
  const found = (path ?? '').split(delimiter).filter(isAbsolute).map((folder) => join(folder, 'opa')).filter(isExecutable); // prettier-ignore
  const [first] = found;
  if (first === undefined) throw new Error(`there is no \`opa\` on the path\n${HOW_TO_GET.join('\n')}`);
  const trusted = found.filter((file) => isTrusted(file, work));
  if (trusted.length === 0)
    throw new Error(`\`${first}\` is not run: it lies where you work, or where others may write; put one elsewhere`);
  const opa = trusted.find(isOpa);
  if (opa === undefined) throw new Error(`\`${trusted[0]}\` is not the Open Policy Agent\n${HOW_TO_GET.join('\n')}`);
  return opa;
}

function isTrusted(file: string, work: readonly string[]): boolean {
  const real = realpathSync(file);
  const isInWork = work.some((folder) => [file, real].some((one) => one.startsWith(`${folder}${folder.endsWith(sep) ? '' : sep}`))); // prettier-ignore
  return !isInWork && [real, join(real, '..')].every(isOurs);
}

function isOurs(place: string): boolean {
  const { uid, mode } = statSync(place);
  return (uid === 0 || uid === process.getuid?.()) && (mode & 0o002) === 0;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us.
    return false;
  }
}

function isOpa(file: string): boolean {
  try {
    const said = execFileSync(file, ['version'], { encoding: 'utf8', timeout: VERSION_LIMIT_MS, stdio: ['ignore', 'pipe', 'ignore'] }); // prettier-ignore
    return /^Version: \d+\./.test(said);
  } catch {
    // It does something else.
    return false;
  }
}

/** What it said when it refused; `undefined` when it did its work. */
export function buildBundle(
  opa: string,
  sources: readonly string[],
  entrypoint: string,
  file: string,
): string | undefined {
  const args = ['build', '--target', 'wasm', '--entrypoint', entrypoint, '--output', file, ...sources];
  const { status, stdout, stderr, error } = spawnSync(opa, args, {
    encoding: 'utf8',
    timeout: BUILD_LIMIT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return undefined;
  if (error !== undefined) return error.message;
  return [stderr, stdout].join('').trim() || `it ended with ${status}`;
}
