/** Puts clients from npm into `.cache/clients`, each into a folder of its own and once for each version. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { ROOT } from '../../build/root.ts';
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
  if (withinMs <= 0) return notThere('there was no time left to install it');
  const folder = join(FOLDER, client.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const words = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--no-update-notifier', '--fetch-retries=0']; // prettier-ignore
  const problem = await npm([...words, `${client.package}@${client.version}`], withinMs);
  const after = installed(client);
  if (after.ok) return after;
  rmSync(folder, { recursive: true, force: true });
  return notThere(`npm could not install ${client.package} ${client.version}: ${problem}`, UNREACHABLE.test(problem));
}

function notThere(reason: string, unreachable = false): Install {
  return { ok: false, reason, unreachable };
}

/** What it said last, which is the reason when nothing is there afterwards. */
async function npm(words: readonly string[], withinMs: number): Promise<string> {
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn('npm', words, {
    cwd: FOLDER,
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2_000)));
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), withinMs);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (signal !== null) return `it took longer than ${Math.round(withinMs / 1000)} s`;
    return errorLine(said) ?? `npm ended with ${code}`;
  } catch (error) {
    return String(error);
  } finally {
    clearTimeout(timer);
  }
}

function errorLine(said: string): string | undefined {
  return said
    .split('\n')
    .find((line) => line.startsWith('npm error'))
    ?.slice('npm error '.length);
}

function versionIn(file: string): string | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
}
