/** One call that the hook of a client tells of, and that its gateway sees as well. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';

import { enrolHuman, eventually, NODE, REPOSITORY, startDaemon } from '../../helpers/daemon.ts';
import { testClient } from '../../helpers/hook-client.ts';
import { DELETE } from '../../helpers/mcp-wrapped.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

vi.setConfig({ testTimeout: 180_000 });

const SERVER = fileURLToPath(new URL('../../helpers/mcp-server-program.ts', import.meta.url));

test(verifies('mcp:announced'), async () => {
  const daemon = await startDaemon();
  const ann = await enrolHuman(daemon);
  const client = testClient(daemon);
  const folder = tempFolder();
  writeFileSync(`${folder}/tools.json`, JSON.stringify([DELETE]));
  const told = client.hook('claude-code', {
    session_id: 's1',
    hook_event_name: 'PreToolUse',
    cwd: folder,
    tool_name: 'mcp__notes__delete_everything',
    tool_input: { of: 'today' },
    tool_use_id: 'toolu_1',
  });
  const { id } = await eventually(async () => (await daemon.control.call('pending'))[0], 'the question of the hook');
  const approval = await daemon.control.call('approval', { params: { id } });
  await daemon.control.call('vote', { params: { id }, body: { vote: ann.vote(approval, 'approve') } });
  expect((await told).out).toBe('');
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete_everything', arguments: { of: 'today' } } }; // prettier-ignore
  writeFileSync(`${folder}/sent`, `${JSON.stringify(call)}\n`);
  const wrapped = `COUNTERSIGN_HOME=${daemon.home} ${NODE} ${REPOSITORY}/cli/main.ts mcp wrap --name notes --patience 3 -- ${NODE} ${SERVER} ${folder} < ${folder}/sent`;
  const first = await client.run(['/bin/sh', '-c', wrapped], folder);
  expect(first.out).toContain('did delete_everything');
  const lines = (await daemon.control.call('log')).filter(({ kind }) => kind === 'mcp');
  expect(lines).toHaveLength(1);
  const frames = await daemon.control.call('trace', { params: { id: lines[0]?.traceId ?? '' } });
  expect(frames.map(({ event }) => event.kind)).toContain('action.covered');
  // What was announced once runs once.
  const again = await client.run(['/bin/sh', '-c', wrapped], folder);
  expect(again.out).toContain('not yet');
});
