/** Servers and clients of the protocol's makers, straight and through `mcp wrap`: the client sees the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { NODE, REPOSITORY, startDaemon } from '../../helpers/daemon.ts';
import { mcpPackages } from '../../helpers/mcp-packages.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

vi.setConfig({ testTimeout: 300_000 });

const packages = mcpPackages();

type Job = { readonly command: string; readonly args: readonly string[]; readonly calls: readonly unknown[]; readonly env: Readonly<Record<string, string>> }; // prettier-ignore

/** What a client of an SDK sees: who the server is, its tools, and what its calls answer. */
async function seenBy(program: string, job: Job): Promise<Record<string, unknown>> {
  if (!packages.ok) throw new Error(packages.reason);
  const child = spawn(NODE, [`${packages.folder}/${program}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stdin.end(JSON.stringify(job));
  await once(child, 'close');
  return JSON.parse(out) as Record<string, unknown>; // as the program prints it
}

const CALLS: Readonly<Record<string, (folder: string) => readonly unknown[]>> = {
  'server-everything': () => [
    { name: 'echo', arguments: { message: 'hé' } },
    { name: 'get-sum', arguments: { a: 1, b: 2 } },
    { name: 'get-tiny-image', arguments: {} },
    { name: 'get-structured-content', arguments: { location: 'New York' } },
    { name: 'get-annotated-message', arguments: { messageType: 'error', includeImage: true } },
  ],
  'server-filesystem': (folder) => [
    { name: 'list_directory', arguments: { path: folder } },
    { name: 'read_text_file', arguments: { path: `${folder}/notes.txt` } },
    { name: 'directory_tree', arguments: { path: folder } },
    { name: 'read_text_file', arguments: { path: '/outside' } },
  ],
  'server-memory': () => [{ name: 'read_graph', arguments: {} }],
};

describe.skipIf(!packages.ok)(packages.ok ? 'servers of the makers' : packages.reason, () => {
  test.each([
    ['server-everything', 'client-1.mjs'],
    ['server-everything', 'client-2.mjs'],
    ['server-filesystem', 'client-1.mjs'],
    ['server-filesystem', 'client-2.mjs'],
    ['server-memory', 'client-2.mjs'],
  ])(`${verifies('mcp:real')} (%s, %s)`, async (name, program) => {
    const { home } = await startDaemon();
    const folder = tempFolder('ws');
    mkdirSync(`${folder}/src`);
    writeFileSync(`${folder}/notes.txt`, 'hello\n');
    const server = [packages.ok ? packages.bin(`@modelcontextprotocol/${name}/dist/index.js`) : '', ...(name === 'server-filesystem' ? [folder] : [])]; // prettier-ignore
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home, MEMORY_FILE_PATH: `${folder}/memory.jsonl` }; // prettier-ignore
    const job = { command: NODE, calls: CALLS[name]?.(folder) ?? [], env };
    const direct = await seenBy(program, { ...job, args: server });
    const wrapped = await seenBy(program, { ...job, args: [`${REPOSITORY}/cli/main.ts`, 'mcp', 'wrap', '--name', name, '--', NODE, ...server] }); // prettier-ignore
    expect(JSON.stringify(direct)).toContain('tools');
    expect(wrapped).toEqual(direct);
  });
});
