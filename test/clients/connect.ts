/** `countersign connect`, as a person runs it for one client. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { NODE, REPOSITORY, type TestDaemon } from '../helpers/daemon.ts';
import type { Client, Seat, Start } from './client.ts';

type Said = {
  readonly clients: readonly { readonly connected: boolean; readonly files: readonly { path: string }[] }[];
};

/** The files of the client that hold our hook now. */
export async function connect({ name }: Client, { home }: TestDaemon, seat: Seat, { env }: Start, binary: string): Promise<readonly string[]> {
  const own = { HOME: seat.home, COUNTERSIGN_HOME: home, PATH: `${seat.path}:${dirname(binary)}`, ...env };
  const words = [join(REPOSITORY, 'cli/bin.js'), 'connect', name, '--yes', '--json'];
  const { stdout, stderr } = await promisify(execFile)(NODE, words, { cwd: '/', env: own });
  const [said] = (JSON.parse(stdout) as Said).clients;
  if (said?.connected !== true) throw new Error(`${name} is not connected: ${stdout}${stderr}`);
  return said.files.map(({ path }) => path);
} // prettier-ignore

/** The time in which a plugin of ours wants its answer before its client stops waiting. */
const PLUGIN_MARGIN_MS = 5_000;

/** As if each hook had been given less time. */
export function shorten(files: readonly string[], timeoutMs: number): void {
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const shorter = text
      .replaceAll('--timeout-ms 600000', `--timeout-ms ${timeoutMs}`)
      .replace('const ASK_MS = 600000', `const ASK_MS = ${timeoutMs + PLUGIN_MARGIN_MS}`);
    if (shorter !== text) writeFileSync(file, shorter);
  }
}
