/** A real OPA: the one on the path, one built before, or in the long run one that is built now. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';

import { eventually, REPOSITORY } from '../../helpers/daemon.ts';

const VERSION = 'v1.22.2';
const BUILT = join(REPOSITORY, '.cache/opa/opa');
const GO = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin'];

/** Its path, or why there is none. */
export function findOpa(): { readonly path: string } | { readonly missing: string } {
  const candidates = [...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'opa')), BUILT];
  const path = candidates.find(isOpa);
  if (path !== undefined) return { path };
  const go = GO.map((folder) => join(folder, 'go')).find((file) => existsSync(file));
  if (go === undefined) return { missing: 'there is no `opa` and no Go to build one with' };
  if (process.env['COUNTERSIGN_LONG'] === undefined) return { missing: 'there is no `opa`; a long run builds one' };
  return build(go);
}

/** Another program of this name answers otherwise. */
function isOpa(path: string): boolean {
  try {
    return existsSync(path) && execFileSync(path, ['version'], { encoding: 'utf8' }).startsWith('Version: ');
  } catch {
    // Not executable here.
    return false;
  }
}

function build(go: string): { readonly path: string } | { readonly missing: string } {
  const folder = join(REPOSITORY, '.cache/opa');
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder, GOPATH: join(folder, 'go'), GOCACHE: join(folder, 'cache') };
  try {
    execFileSync(go, ['install', `github.com/open-policy-agent/opa@${VERSION}`], { env, stdio: 'ignore' });
    return { path: BUILT };
  } catch {
    return { missing: 'Go could not build OPA, perhaps for want of a network' };
  }
}

export type OpaServer = { readonly url: string; stop(): Promise<void> };

export async function startOpa(path: string, files: readonly string[]): Promise<OpaServer> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = ['run', '--server', '--addr', url.replace('http://', ''), '--log-level', 'error', ...files];
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(stop);
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`OPA ended: ${output}`);
    const health = await fetch(`${url}/health`).catch(() => undefined);
    return health?.ok === true ? true : undefined;
  }, 'OPA to answer');
  return { url, stop };
}

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
