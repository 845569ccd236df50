/** The examples of the TypeScript SDK against the frameworks themselves, installed once into a folder of their own. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ROOT } from '../root.ts';
import { NOTHING, type Counts } from './counts.ts';
import { npm } from './npm.ts';
import { runVitest } from './vitest.ts';

const PACKAGE = join(ROOT, 'sdk/typescript');
const EXAMPLES = join(PACKAGE, 'examples');
/** Where the examples run; another lock makes another folder. */
export function examplesFolder(): string {
  const lock = createHash('sha256')
    .update(readFileSync(join(EXAMPLES, 'package-lock.json')))
    .digest('hex');
  return join(ROOT, '.cache/sdk-typescript', `${process.platform}-${process.arch}-${lock.slice(0, 16)}`);
}

export async function runSdkTypeScript(): Promise<Counts> {
  try {
    await install(examplesFolder());
  } catch (error) {
    process.stdout.write(`[sdk-typescript] skipped, the frameworks cannot be installed here: ${String(error)}\n`);
    return { ...NOTHING, skipped: 1 };
  }
  await putInPlace(examplesFolder());
  return runVitest({ projects: ['sdk-typescript'], filters: [] });
}

async function install(folder: string): Promise<void> {
  if (existsSync(join(folder, 'node_modules'))) return;
  // Under another name until it is whole.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(EXAMPLES, file), join(partial, file));
    await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], partial);
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** The examples as they are now, and the SDK as it is packed. */
async function putInPlace(folder: string): Promise<void> {
  cpSync(EXAMPLES, folder, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  const stdout = await npm(['pack', '--json', '--pack-destination', folder], PACKAGE);
  const [packed] = JSON.parse(stdout) as [{ readonly filename: string }]; // as npm documents it
  const place = join(folder, 'node_modules/@countersign/sdk');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  await promisify(execFile)('tar', ['-xzf', join(folder, packed.filename), '-C', place, '--strip-components=1']);
}
