/** Finds and runs the `opa` program, which compiles Rego. */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const HOW_TO_GET = [
  'get it from https://www.openpolicyagent.org/docs/latest/#running-opa, with `brew install opa`,',
  'or with Go: `go install github.com/open-policy-agent/opa@latest`; the npm package `opa` is something else',
];
/** Says its version at once. */
const VERSION_LIMIT_MS = 10_000;

/** The path of an OPA. Throws with where to get one; a program that only shares its name is told apart. */
export function findOpa(path: string | undefined): string {
  const found = (path ?? '').split(delimiter).map((folder) => join(folder, 'opa')).filter(isExecutable); // prettier-ignore
  const [first] = found;
  if (first === undefined) throw new Error(`there is no \`opa\` on the path\n${HOW_TO_GET.join('\n')}`);
  const opa = found.find(isOpa);
  if (opa === undefined) throw new Error(`\`${first}\` is not the Open Policy Agent\n${HOW_TO_GET.join('\n')}`);
  return opa;
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
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return undefined;
  return [stderr, stdout].join('').trim() || error?.message || `it ended with ${status}`;
}
