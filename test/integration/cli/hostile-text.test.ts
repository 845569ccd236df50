/** Hostile text in every field an agent fills, through every command that prints it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { LogLine } from '../../../protocol/trace.ts';
import { createAgentClient } from '../../../sdk/typescript/client.ts';
import { resolvePaths } from '../../../protocol/paths.ts';
import { askOver } from '../../helpers/wire.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, readyCli, succeed } from './cli.ts';

/** What it is, and how a person sees it. */
const HOSTILE: readonly (readonly [text: string, shown: string])[] = [
  ['\u001b[2J\u001b[31mred', '\\u{1b}[2J'],
  ['\u001b]0;title\u0007', '\\u{1b}]0;title\\u{7}'],
  ['\u001bPq#0\u001b\\', '\\u{1b}Pq#0'],
  ['\u009b31m', '\\u{9b}31m'],
  ['\u0090q\u009c', '\\u{90}q\\u{9c}'],
  ['a\nFORGED approved', '\\u{a}FORGED'],
  ['a\rFORGED', '\\u{d}FORGED'],
  ['a\u2028FORGED\u0085FORGED', '\\u{2028}FORGED\\u{85}FORGED'],
  ['x\u202egpj.exe', 'x\\u{202e}gpj.exe'],
  ['x\u2066y\u2069', 'x\\u{2066}y\\u{2069}'],
  ['a\u200b\u2060\ufeffb', 'a\\u{200b}\\u{2060}\\u{feff}b'],
  ['a\u{e0072}\u{e006d}', 'a\\u{e0072}\\u{e006d}'],
  ['a\ufe0f\u{e0101}', 'a\\u{fe0f}\\u{e0101}'],
  ['a\u3164\u2800b', 'a\\u{3164}\\u{2800}b'],
  [`z${'\u0335'.repeat(40)}`, '\\u{335}\\u{335}'],
  ['раypal', '\\u{440}\\u{430}ypal'],
  ['\b\b\bx', '\\u{8}\\u{8}\\u{8}x'],
];

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u3164]/u;

/** Every line of it, so that a line break is told apart from what is in the line. */
function expectHarmless(output: string): void {
  for (const line of output.split('\n')) {
    expect(line).not.toMatch(HIDDEN);
    expect(line).not.toMatch(/^\s*FORGED/);
    expect(line).not.toMatch(/\p{M}{5}/u);
  }
}

test(verifies('fuzz:printing-paths'), { timeout: 120_000 }, async () => {
  const cli = await readyCli();
  const { env } = cli;
  const paths = resolvePaths({ env, platform: process.platform, homedir: env['HOME'] ?? '' });
  const agent = createAgentClient({ socketPath: paths.agentSocket });
  const cwd = tempFolder('hostile');
  // Before the queue is full.
  const held = askOver(paths.agentSocket, ['git', 'push', '--force', 'origin', 'a\nFORGED\u202e'], cwd);
  expectHarmless((await held.held).message);
  held.hangUp();
  for (const [text] of HOSTILE) {
    const shared = { agent: text, session: text, context: { reasoning: text, prompt: text } };
    const folder = join(cwd, text.replaceAll('\0', ''));
    mkdirSync(folder, { recursive: true });
    const evaluate = (action: object) => agent.call('evaluate', { body: { action: { ...shared, ...action } as never, waitMs: 0 } }); // prettier-ignore
    await evaluate({ kind: 'exec', argv: ['rm', '-rf', text], stdin: 'null', cwd: folder, env: { GIT_DIR: text } });
    await evaluate({ kind: 'exec', argv: ['git', 'push', '--force', text, text], stdin: 'null', cwd, env: {} });
    await evaluate({ kind: 'mcp', server: text, tool: text, args: { [text]: text }, cwd, env: {} });
    await evaluate({ kind: 'tool', tool: text, args: { command: text }, cwd, env: {} });
    await evaluate({ kind: 'http', method: 'DELETE', url: `https://example.com/${text}`, bodyBytes: 0, cwd, env: {} }); // prettier-ignore
    await evaluate({ kind: 'sql', dialect: 'postgresql', source: `DROP TABLE "${text}"`, cwd, env: {} });
  }

  // What a card shows in more lines is the command, each of them behind a mark of ours.
  const pending = await succeed(cli, ['pending']);
  expectHarmless(pending.stdout);
  const log = await succeed(cli, ['log']);
  expectHarmless(log.stdout);
  const exported = await succeed(cli, ['trace', 'export', '--all']);
  expectHarmless(exported.stdout);
  expectHarmless((await succeed(cli, ['log', '--json'])).stdout);
  expectHarmless((await succeed(cli, ['pending', '--json'])).stdout);
  expectHarmless((await succeed(cli, ['agents', 'list'])).stdout);
  expectHarmless((await succeed(cli, ['status'])).stdout);
  for (const [, shown] of HOSTILE) expect(log.stdout + pending.stdout).toContain(shown);

  const lines = (await succeed(cli, ['log', '--json'])).stdout.trim().split('\n').map((line) => JSON.parse(line) as LogLine); // prettier-ignore
  expect(lines.length).toBeGreaterThan(HOSTILE.length);
  for (const { traceId } of lines.slice(0, 6)) expectHarmless((await succeed(cli, ['trace', 'show', traceId])).stdout);

  for (const [text] of HOSTILE) {
    const ask = askOver(paths.agentSocket, ['rm', '-rf', join(paths.home, text)], cwd);
    const reply = await ask.reply;
    const message = reply?.type === 'verdict' ? (reply.message ?? '') : '';
    expect(message).not.toBe('');
    expectHarmless(message);
  }
});

test(verifies('fuzz:printing-offline'), async () => {
  const cli = cliWithHome();
  const cwd = tempFolder('hostile');
  const text = HOSTILE.map(([one]) => one).join(' ');
  const file = join(cwd, `${text.slice(0, 60).replaceAll('/', '')}.yaml`);
  writeFileSync(file, `version: 1\nrules:\n  - { id: ${JSON.stringify(text)}, on: file.delete, points: 1, reason: ${JSON.stringify(text)}, nope: 1 }\n`); // prettier-ignore
  const attempts = [
    ['explain', '--', 'rm', '-rf', text],
    ['explain', '--cwd', join(cwd, text), '--', 'ls'],
    ['policy', 'check', file],
    ['approve', text],
    ['log', '--limit', text],
    [text],
    ['policy', text],
    ['trace', 'show', text, '--json'],
  ];
  const outputs = await Promise.all(attempts.map((args) => cli.run(args, { cwd })));
  for (const { stdout, stderr } of outputs) {
    expect(stdout + stderr).not.toBe('');
    expectHarmless(stdout);
    expectHarmless(stderr);
  }
});
