/** The official packages of the protocol, as real clients and servers: installed once, beside what the checkout builds. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { NODE, REPOSITORY } from './daemon.ts';

const SOURCE = fileURLToPath(new URL('mcp-packages', import.meta.url));
const INSTALL_MS = 300_000;
const PROGRAMS = ['conformance-server.mjs', 'client-1.mjs', 'client-2.mjs', 'client-work.mjs'];

export type McpPackages =
  | { readonly ok: true; readonly folder: string; bin(name: string): string }
  | { readonly ok: false; readonly reason: string };

let found: McpPackages | undefined;

/** Why not, in words, on a machine that has no registry. */
export function mcpPackages(): McpPackages {
  return (found ??= installed());
}

function installed(): McpPackages {
  const lock = readFileSync(join(SOURCE, 'package-lock.json'));
  const id = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const folder = join(REPOSITORY, '.cache', 'mcp-packages', id);
  try {
    if (!existsSync(folder)) install(folder);
  } catch (error) {
    return {
      ok: false,
      reason: `the packages of the protocol cannot be installed: ${String(error).split('\n')[0] ?? ''}`,
    };
  }
  // The programs that the tests give are always those of the checkout.
  for (const name of PROGRAMS) cpSync(join(SOURCE, name), join(folder, name));
  return { ok: true, folder, bin: (name) => join(folder, 'node_modules', name) };
}

/** Whole or not at all: several tests may want it at a time. */
function install(folder: string): void {
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(SOURCE, name), join(draft, name));
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  execFileSync('npm', args, {
    cwd: draft,
    stdio: 'pipe',
    timeout: INSTALL_MS,
    env: { ...process.env, PATH: `${join(NODE, '..')}:${process.env['PATH'] ?? ''}` },
  });
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
