/** The conformance suites of the protocol, straight to a server and through the gateway: the same comes out. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { enrolHuman, NODE, REPOSITORY, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { mcpPackages } from '../../helpers/mcp-packages.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const packages = mcpPackages();
/** Each suite is dozens of scenarios, and is run twice. */
vi.setConfig({ testTimeout: 600_000 });
/** What the gateway does better than a server that lets any page ask it. */
const FOREIGN_HOSTS = 'dns-rebinding-protection';

function started(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(NODE, argv, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'inherit'] }); // prettier-ignore
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('it prints nothing');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return line;
}

const cli = (home: string, words: readonly string[]): ChildProcess =>
  started([`${REPOSITORY}/cli/main.ts`, ...words], { HOME: home, COUNTERSIGN_HOME: home });

async function gatewayBefore(url: string): Promise<{ daemon: TestDaemon; url: string }> {
  const home = tempFolder();
  writeFileSync(`${home}/config.yaml`, `version: 1\nmcp:\n  servers:\n    tried: { url: "${url}" }\n`, { mode: 0o600 });
  const daemon = await startDaemon({ home });
  const said = await firstLine(cli(home, ['mcp', 'gateway', '--port', '0']));
  const port = /:(\d+)$/.exec(said)?.[1] ?? '';
  const told = await firstLine(cli(home, ['mcp', 'gateway', '--for', 'suite', '--port', port]));
  return { daemon, url: told.split(/\s+/)[1] ?? '' };
}

/** Scenario by scenario, what passed and what failed. */
async function results(suite: string, url: string, options: readonly string[]): Promise<Map<string, string>> {
  if (!packages.ok) throw new Error(packages.reason);
  const child = started([packages.bin(`${suite}/dist/index.js`), 'server', '--url', url, ...options]);
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(child, 'close');
  const found = [...out.slice(out.indexOf('SUMMARY')).matchAll(/^[✓✗] ([\w-]+): (\d+ passed, \d+ failed)/gm)];
  return new Map(found.map(([, name = '', counts = '']) => [name, counts]));
}

describe.skipIf(!packages.ok)(packages.ok ? 'a server behind the gateway' : packages.reason, () => {
  test.each([
    ['@modelcontextprotocol/conformance', [], 'enforce'],
    ['conformance-next', ['--requirements', '2026-07-28'], 'observe'],
  ] as const)(`${verifies('mcp:conformance')} (%s %s)`, async (suite, options, mode) => {
    const port = packages.ok ? await firstLine(started([`${packages.folder}/conformance-server.mjs`])) : '';
    const direct = `http://127.0.0.1:${port}/mcp`;
    const { daemon, url } = await gatewayBefore(direct);
    // The newer suite calls tools that no server lists, which are denied where nobody can be asked.
    if (mode === 'observe') {
      await enrolHuman(daemon);
      await daemon.control.call('mode', { body: { mode } });
    }
    const [without, through] = [await results(suite, direct, options), await results(suite, url, options)];
    expect(without.size).toBeGreaterThan(20);
    expect(through.get(FOREIGN_HOSTS)).toBe('2 passed, 0 failed');
    for (const one of [without, through]) one.delete(FOREIGN_HOSTS);
    expect(through).toEqual(without);
  });
});
