/** The tests of the Python SDK, in an environment of their own that is made once per set of pinned packages. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import { NOTHING, type Counts } from './counts.ts';

const PROJECT = join(ROOT, 'sdk/python');
const REQUIREMENTS = join(PROJECT, 'tests/requirements.txt');
const CACHE = join(ROOT, '.cache/python');
/** The one that the machine means by Python comes first. */
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
/** Says its version and exits with 0 when it is new enough and can make environments. */
const PROBE = 'import sys, venv, ensurepip; print(sys.version); sys.exit(sys.version_info < (3, 10))';

export async function runPython(): Promise<Counts> {
  const found = findPython();
  if (found === undefined) {
    process.stdout.write('\npython: skipped, there is no Python 3.10 or newer with `venv` (Debian: python3-venv)\n');
    return { ...NOTHING, skipped: 1 };
  }
  process.stdout.write(`\npython: ${found.version}\n`);
  const python = await environment(found);
  if (python === undefined) {
    process.stdout.write('\npython: skipped, the pinned test frameworks cannot be installed here\n');
    return { ...NOTHING, skipped: 1 };
  }
  return runPytest(python);
}

type Python = { readonly command: string; readonly version: string };

function findPython(): Python | undefined {
  for (const command of PYTHONS) {
    const { status, stdout } = spawnSync(command, ['-c', PROBE], { encoding: 'utf8' });
    if (status === 0) return { command, version: stdout.trim().replaceAll(/\s+/g, ' ') };
  }
  return undefined;
}

/** An environment that was not finished is made anew; those of other packages are removed. */
async function environment({ command, version }: Python): Promise<string | undefined> {
  const name = createHash('sha256').update(version).update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16);
  const folder = join(CACHE, name);
  const finished = join(folder, 'finished');
  const python = join(folder, 'bin/python');
  if (existsSync(finished)) return python;
  mkdirSync(CACHE, { recursive: true });
  for (const other of readdirSync(CACHE)) rmSync(join(CACHE, other), { recursive: true, force: true });
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '--only-binary',
    ':all:',
  ];
  const made =
    (await run(command, ['-m', 'venv', folder])) === 0 &&
    (await run(python, [...pip, '--require-hashes', '--requirement', REQUIREMENTS])) === 0;
  if (made) writeFileSync(finished, '');
  return made ? python : undefined;
}

async function runPytest(python: string): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-python-'));
  const report = join(folder, 'report.xml');
  try {
    const code = await run(python, ['-m', 'pytest', `--junit-xml=${report}`], PROJECT);
    return countsOf(report, code);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(command: string, args: readonly string[], cwd = ROOT): Promise<number | null> {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** Tests that broke before they began count as failures. */
function countsOf(report: string, code: number | null): Counts {
  const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? '';
  const number = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const skipped = number('skipped');
  const passed = Math.max(0, number('tests') - failed - skipped);
  return { passed, skipped, failed: failed === 0 && code !== 0 ? 1 : failed };
}
