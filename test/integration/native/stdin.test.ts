/** The judge is told what a command would read. */
import { expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { allow, place, run, serve, SYSTEM_PATH } from './installed.ts';

test.each([
  ['<&-', 'closed'],
  ['</dev/null', 'null'],
  ['</bin/true', 'file'],
  ['< <(:)', 'pipe'],
] as const)(`${verifies('native:stdin')} (%s)`, async (redirection, stdin) => {
  const installed = place({ tools: ['probe'] });
  const { asks } = await serve(installed.paths.agentSocket, allow);
  const env = { PATH: `${installed.path}:${SYSTEM_PATH}` };
  expect(await run('/bin/bash', ['-c', `probe -c : ${redirection}`], { env })).toMatchObject({ code: 0, err: '' });
  expect(asks[0]?.stdin).toBe(stdin);
});
