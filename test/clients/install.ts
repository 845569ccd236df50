/** Puts clients from npm into `.cache/clients`, each into a folder of its own and once for each version. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../build/root.ts';
import { npm } from '../../build/test/npm.ts';
import type { Client } from './client.ts';

export type Install =
  | { readonly ok: true; readonly binary: string }
  /** `unreachable`: nor are the others, so nobody has to wait for them. */
  | { readonly ok: false; readonly reason: string; readonly unreachable: boolean };

const FOLDER = join(ROOT, '.cache/clients');
/** What npm says when there is no network. */
const UNREACHABLE = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT)\b/;

/** Looks without changing anything. */
export function installed(client: Client): Install {
  const folder = join(FOLDER, client.name);
  const version = versionIn(join(folder, 'node_modules', client.package, 'package.json'));
  const binary = join(folder, 'node_modules/.bin', client.binary);
  if (version === client.version && existsSync(binary)) return { ok: true, binary };
  return notThere(`${client.package} ${client.version} is not installed; \`node test/clients/place.ts\` does it`);
}

/** The registry is asked once: a machine without a network is to lose no minutes here. */
export async function install(client: Client, withinMs: number): Promise<Install> {
  const before = installed(client);
  if (before.ok) return before;
  if (withinMs <= 0) return notThere('there was no time left to install it; the next run goes on with it');
  const folder = join(FOLDER, client.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const words = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--fetch-retries=0'];
  try {
    await npm([...words, `${client.package}@${client.version}`], folder, withinMs);
    return installed(client);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const said = String(error);
    return notThere(`npm could not install it: ${firstComplaint(said)}`, UNREACHABLE.test(said));
  }
}

function notThere(reason: string, unreachable = false): Install {
  return { ok: false, reason, unreachable };
}

function firstComplaint(said: string): string {
  return said.split('\n').find((line) => line.startsWith('npm error')) ?? 'it took too long, or npm is not there';
}

function versionIn(file: string): string | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
}
