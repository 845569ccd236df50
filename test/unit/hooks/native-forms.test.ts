/** The native hook says by itself what the daemon would have said. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

import { buildNative } from '../../../build/native.ts';
import { DIALECTS } from '../../../daemon/hooks/dialects.ts';
import { HookClient } from '../../../protocol/wire.ts';
import { verifies } from '../../helpers/verifies.ts';

const built = buildNative();
const hook = built.ok ? (built.files.find((file) => file.endsWith('countersign-hook')) ?? '') : '';

/** Without settings beside it nobody can be asked. */
function alone(client: HookClient, event?: string) {
  const more = event === undefined ? [] : ['--event', event];
  const { status, stdout, stderr } = spawnSync(hook, ['--client', client, ...more], { encoding: 'utf8', input: '{}' });
  return { status, stdout, stderr };
}

function reasonIn(text: string): string {
  return /"(Countersign: [^"]+)"/.exec(text)?.[1] ?? '';
}

test.skipIf(!built.ok).each(HookClient.options)(`${verifies('hooks:contract')}: %s`, (client) => {
  const dialect = DIALECTS[client];
  for (const event of dialect.asks) {
    const { status, stdout, stderr } = alone(client, event);
    const reason = reasonIn(stdout);
    expect(reason, event).toContain('countersign install');
    const expected = JSON.parse(dialect.write({ kind: 'deny', reason }, event)) as object;
    expect(JSON.parse(stdout), event).toEqual(expected);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
  // Where nobody says which event it is, a client of two dialects is told in both.
  const [event = ''] = dialect.asks;
  const unsaid = alone(client).stdout;
  expect(JSON.parse(unsaid)).toMatchObject(
    JSON.parse(dialect.write({ kind: 'deny', reason: reasonIn(unsaid) }, event)) as object,
  );
  for (const event of ['PostToolUse', 'AfterTool', 'postToolUse', 'SessionStart', 'x'])
    expect(alone(client, event), event).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.skipIf(!built.ok)('a hook that was installed wrongly blocks, and says so', () => {
  for (const argv of [[], ['--client'], ['--client', 'x'], ['--client', 'codex', '--timeout-ms', '0'], ['--client', 'codex', '--timeout-ms', '1e3'], ['--client', 'codex', '--event', ''], ['--open', 'x']]) {
    const { status, stdout, stderr } = spawnSync(hook, argv, { encoding: 'utf8', input: '{}' });
    expect({ status, stdout }, argv.join(' ')).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('countersign connect');
  }
}); // prettier-ignore

test.skipIf(!built.ok)('an answer that cannot be printed is a refusal', () => {
  const { status, stderr } = spawnSync('/bin/sh', ['-c', `'${hook}' --client codex >&-`], { encoding: 'utf8', input: '{}' });
  expect(status).toBe(2);
  expect(stderr).toContain('could not be printed');
}); // prettier-ignore

test.skipIf(!built.ok)('a client that never ends what it says is answered in its time', async () => {
  const child = spawn(hook, ['--client', 'codex', '--timeout-ms', '1100'], { stdio: 'pipe' });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stdin.write('{');
  const [status] = (await once(child, 'close')) as [number | null];
  child.stdin.destroy();
  expect(status).toBe(0);
  expect(reasonIn(out)).toContain('could not be read');
});
