/** `npm run dev`: the daemon on a scratch home, started again whenever its sources change. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './root.ts';

const home = process.env['COUNTERSIGN_HOME'] ?? join(ROOT, '.cache', 'dev-home');
mkdirSync(home, { recursive: true, mode: 0o700 });
process.stderr.write(`the home is ${home}\nin another terminal: COUNTERSIGN_HOME=${home} npx countersign status\n`);

// Node watches every file the daemon imports; the policies it reads itself are named here.
const watched = ['policies/default', 'daemon', 'protocol'].map((folder) => `--watch-path=${join(ROOT, folder)}`);
const daemon = spawn(process.execPath, [...watched, '--watch-preserve-output', join(ROOT, 'daemon', 'main.ts')], {
  stdio: 'inherit',
  env: { ...process.env, COUNTERSIGN_HOME: home },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => daemon.kill(signal));
daemon.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
