/** A home with real shims, tools behind them, and a daemon that answers as a test says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

import { buildNative } from '../../../build/native.ts';
import { ROOT } from '../../../build/root.ts';
import { resolvePaths, type Paths } from '../../../protocol/paths.ts';
import { WireAsk } from '../../../protocol/wire.ts';
import { installShims } from '../../../shims/install.ts';
import { tempFolder } from '../../helpers/temp.ts';

const built = buildNative();

export const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';

export type Place = { readonly home: string; readonly bin: string; readonly paths: Paths; readonly path: string };
export type Ended = { code: number | null; signal: string | null; out: string; err: string };

/** Without a node no start is tried and nobody waits for one. */
export function place({ tools = ['git'], node = '', daemon = '' } = {}): Place {
  if (!built.ok) throw new Error(built.reason);
  const home = tempFolder();
  const bin = `${home}/bin`;
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: 'linux', homedir: home });
  mkdirSync(bin);
  mkdirSync(paths.run, { mode: 0o700 });
  writeFileSync(`${bin}/git`, 'printf "%s|" "$@"\n', { mode: 0o755 });
  for (const tool of tools) if (tool !== 'git') copyFileSync('/bin/bash', `${bin}/${tool}`);
  copyFileSync('/bin/true', `${bin}/true`);
  installShims({
    paths,
    tools,
    nodePath: node,
    daemonEntry: daemon,
    nativeDir: join(ROOT, 'dist/native'),
    pathEnv: bin,
  });
  return { home, bin, paths, path: `${paths.shims}:${bin}` };
}

/** What a test may watch of the fake daemon. */
export type Served = { readonly asks: readonly WireAsk[]; readonly closed: Promise<void> };

/** Ends the connection after the answer, unless it is to stay open. */
export async function serve(
  socket: string,
  answer: (ask: WireAsk) => string | undefined,
  { staysOpen = false } = {},
): Promise<Served> {
  const asks: WireAsk[] = [];
  const closed = Promise.withResolvers<void>();
  const server = createServer((peer) => {
    const lines = createInterface({ input: peer }).on('line', (line) => {
      const ask = WireAsk.parse(JSON.parse(line));
      asks.push(ask);
      const text = answer(ask) ?? '';
      if (staysOpen) peer.write(text);
      else peer.end(text);
    });
    // A client that went away: the reader of lines repeats the error of what it reads.
    lines.on('error', () => lines.close());
    peer.on('error', () => peer.destroy());
    peer.on('close', () => closed.resolve());
  }).listen(socket);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { asks, closed: closed.promise };
}

export function allow({ id }: WireAsk): string {
  return `${JSON.stringify({ v: 1, type: 'verdict', id, verdict: 'allow' })}\n`;
}

export async function run(
  file: string,
  args: readonly string[],
  { env, cwd, onError }: { env: Record<string, string>; cwd?: string; onError?: (kill: () => void) => void },
): Promise<Ended> {
  // With a socket for stdin bash takes itself for a remote shell and reads start files.
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) });
  const ended: Ended = { code: null, signal: null, out: '', err: '' };
  child.stdout.setEncoding('latin1').on('data', (text: string) => (ended.out += text));
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    ended.err += text;
    onError?.(() => void child.kill('SIGINT'));
  });
  child.on('exit', (code, signal) => Object.assign(ended, { code, signal }));
  await once(child, 'close');
  return ended;
}

export function git(
  { paths, path }: Place,
  args: readonly string[],
  more: Record<string, string> = {},
): Promise<Ended> {
  return run(`${paths.shims}/git`, args, { env: { PATH: path, ...more } });
}
