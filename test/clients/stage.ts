/** A daemon with a person, the native clients, and a repository with work that could be lost. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildNative } from '../../build/native.ts';
import { ROOT } from '../../build/root.ts';
import { resolvePaths } from '../../protocol/paths.ts';
import { installShims } from '../../shims/install.ts';
import type { TestHuman } from '../helpers/approver.ts';
import { enrolHuman, NODE, startDaemon, type TestDaemon } from '../helpers/daemon.ts';
import { testRepository } from '../helpers/repository.ts';
import { tempFolder } from '../helpers/temp.ts';
import type { Seat, Start } from './client.ts';

const TOOLS = ['rm', 'touch', 'git'];
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';
const NOTES = fileURLToPath(new URL('mcp/notes.js', import.meta.url));

/** What runs instead of `cat notes.txt`. */
const POLICY = `version: 1
rules:
  - id: mine.count
    on: file.read
    if: operation.program == "cat"
    points: 0
    verdict: compute
    rewrite: [wc, -c, notes.txt]
    reason: a count is enough
`;

export type Stage = { readonly daemon: TestDaemon; readonly human: TestHuman; readonly work: string };

export async function setStage(): Promise<Stage> {
  const home = tempFolder();
  const { policies } = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
  mkdirSync(policies, { recursive: true, mode: 0o700 });
  writeFileSync(join(policies, 'mine.yaml'), POLICY, { mode: 0o600 });
  const daemon = await startDaemon({ home });
  const built = buildNative();
  if (!built.ok) throw new Error(built.reason);
  // Without a node no hook starts a daemon anew.
  installShims({ paths: daemon.paths, tools: TOOLS, nodePath: '', daemonEntry: '', nativeDir: join(ROOT, 'dist/native'), pathEnv: SYSTEM_PATH }); // prettier-ignore
  return { daemon, human: await enrolHuman(daemon), work: folderWithWork() };
}

/** Nobody could bring back what is in `src`, `docs` and `lib`. */
function folderWithWork(): string {
  const repository = testRepository(tempFolder('work'));
  const files = ['src', 'docs', 'lib'].map((folder) => [`${folder}/new.ts`, 'export const two = 2;\n']);
  repository.write({ ...Object.fromEntries(files), 'notes.txt': 'what nobody is to read\n' });
  return repository.root;
}

export function seatFor({ daemon, work }: Stage, modelUrl: string): Seat {
  const { shims } = daemon.paths;
  return {
    home: tempFolder('seat'),
    work,
    modelUrl,
    path: `${shims}:${dirname(NODE)}:${SYSTEM_PATH}`,
    mcp: [NODE, NOTES],
  };
}

export function layOut(home: string, files: Start['files']): void {
  for (const [place, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, place)), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, place), text, { mode: 0o600 });
  }
}
