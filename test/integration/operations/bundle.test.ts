/** A copy of the checkout: what it runs, before and after its sources change. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

import { resolvePaths } from '../../../protocol/paths.ts';
import { createAgentClient } from '../../../sdk/typescript/client.ts';
import { NODE, REPOSITORY } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const RETRY_MS = 50;
const COPIED = [
  'build',
  'cli',
  'daemon',
  'policies',
  'protocol',
  'sdk',
  'shims',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
];

// Plain JavaScript without types of its own.
type Programs = { readonly bundled: (path: string) => string | undefined };

test(verifies('repo:bundle'), { timeout: 240_000 }, async () => {
  const checkout = tempFolder('checkout');
  for (const name of COPIED) cpSync(join(REPOSITORY, name), join(checkout, name), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(checkout, 'node_modules'));
  const { bundled } = (await import(pathToFileURL(join(checkout, 'build/setup/program.js')).href)) as Programs;
  const run = (...words: string[]) => execFileSync(NODE, words, { cwd: checkout, encoding: 'utf8' });

  expect(bundled('daemon/main.js')).toBeUndefined();
  const fromSource = run('cli/bin.js', '--version');
  expect(await bundleRuns(checkout)).toBe(false);

  run('build/program.js');
  const first = bundled('daemon/main.js');
  expect(first).toBeDefined();
  expect(run('cli/bin.js', '--version')).toBe(fromSource);
  expect(await bundleRuns(checkout)).toBe(true);

  // Edited after the build: the sources run, until they are bundled again.
  appendFileSync(join(checkout, 'daemon/version.ts'), '\nexport const EDITED = true;\n');
  expect(bundled('daemon/main.js')).toBeUndefined();
  expect(await bundleRuns(checkout)).toBe(false);
  run('build/program.js');
  expect(bundled('daemon/main.js')).not.toBe(first);
  expect(existsSync(first ?? '')).toBe(true);

  rmSync(join(checkout, 'daemon/log'), { recursive: true });
  expect(bundled('daemon/main.js')).toBeUndefined();
  writeFileSync(join(checkout, '.cache/program/current.json'), '{"id":');
  expect(bundled('daemon/main.js')).toBeUndefined();
});

/** Whether the daemon of a checkout is the bundle: only that one keeps a prepared policy. It answers in any case. */
async function bundleRuns(checkout: string): Promise<boolean> {
  const home = tempFolder();
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home };
  const daemon = spawn(NODE, [join(checkout, 'daemon/main.js')], { cwd: '/', env, stdio: 'ignore' });
  const exited = once(daemon, 'exit');
  onTestFinished(() => void daemon.kill('SIGKILL'));
  const agent = createAgentClient({ socketPath: paths.agentSocket });
  const body = { action: { kind: 'exec' as const, argv: ['ls'], cwd: '/' } };
  // From source, nothing compiled yet, beside other tests: that takes as long as it takes.
  const ask = () => agent.call('evaluate', { body }).catch(() => undefined);
  let answer = await ask();
  while (answer === undefined && daemon.exitCode === null) {
    await setTimeout(RETRY_MS);
    answer = await ask();
  }
  expect(answer?.verdict).toBe('allow');
  daemon.kill('SIGTERM');
  await exited;
  return existsSync(join(home, 'cache/policy'));
}
