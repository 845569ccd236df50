/** Which clients are on this machine, and what they say of themselves. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { z } from 'zod';

import { CLIENTS } from '../../shims/connect/clients.ts';
import type { Client } from '../../shims/connect/clients/client.ts';
import type { ClientPlaces, OwnPlaces } from '../../shims/connect/wanted.ts';
import type { Context } from '../context.ts';
import { findProgram } from '../run/find-program.ts';

/** Some start a runtime first. */
const VERSION_MS = 20_000;
const Manifest = z.object({ name: z.string(), version: z.string() });

export type FoundClient = {
  readonly client: Client;
  /** Absolute; `undefined` where only its folder is there. */
  readonly program: string | undefined;
};

export function placesOf({ env }: Context): ClientPlaces {
  return { homedir: env['HOME'] ?? homedir(), env };
}

export function ownPlacesOf({ paths }: Context): OwnPlaces {
  return {
    hook: join(paths.libexec, 'countersign-hook'),
    shims: paths.shims,
    plugins: join(paths.home, 'plugins'),
  };
}

export function findClients(context: Context): readonly FoundClient[] {
  return CLIENTS.map((client) => lookFor(client, context)).filter((found) => found !== undefined);
}

export function lookFor(client: Client, context: Context): FoundClient | undefined {
  const { env, cwd, paths } = context;
  const path = (env['PATH'] ?? '').split(':').filter((folder) => folder !== paths.shims).join(':');
  const program = client.programs.map((name) => findProgram(name, path, cwd)).find((found) => found !== undefined);
  return program !== undefined || existsSync(client.folder(placesOf(context))) ? { client, program } : undefined;
} // prettier-ignore

/** `null` where it does not say. What its package says is believed, so that nothing has to run. */
export function versionOf({ program }: FoundClient, env: Context['env']): Promise<string | null> {
  if (program === undefined) return Promise.resolve(null);
  const packaged = packageVersion(dirname(realpathSync(program)));
  if (packaged !== undefined) return Promise.resolve(packaged);
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: VERSION_MS, killSignal: 'SIGKILL', env, cwd: '/' }, (_, stdout) => {
      resolve(/\d+\.\d+(?:[\w.+-]*\w)?/.exec(stdout)?.[0] ?? null);
    });
  });
}

/** Of the package that the program lies in. */
function packageVersion(folder: string): string | undefined {
  if (!folder.includes('/node_modules/')) return undefined;
  const manifest = Manifest.safeParse(parsed(join(folder, 'package.json')));
  return manifest.success ? manifest.data.version : packageVersion(dirname(folder));
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // None here; the folder above may have one.
    return undefined;
  }
}
