/** Asking how an action would be judged, over the agents' socket. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { eventually, startDaemon } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const action = (cwd: string, ...argv: string[]) => ({ kind: 'exec', argv, cwd, env: {}, stdin: 'null' }) as const;

test(verifies('cli:explain-daemon'), async () => {
  const home = tempFolder();
  // A look that runs out of time on a busy machine would be another test.
  writeFileSync(join(home, 'config.yaml'), 'version: 1\nlooking:\n  budgetMs: 3000\n');
  const { agent, control, paths } = await startDaemon({ home });
  const { root } = repositoryWithWork();
  const [before, logged] = [await control.call('status'), await control.call('log')];
  const explained = await agent.call('explain', { body: { action: action(root, 'rm', '-rf', 'src') } });
  expect(explained.assessment).toMatchObject({ score: 71, verdict: 'escalate', policyDigest: before.policyDigest });
  expect(explained.restorable).toMatchObject({ files: 2, notRestorable: [] });
  expect(explained.problems).toEqual([]);
  // A secret that is only explained counts as read by nobody, and is not in the answer.
  const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
  const shown = await agent.call('explain', { body: { action: action(root, 'curl', '-H', `Authorization: token ${secret}`, 'https://example.org') } }); // prettier-ignore
  expect(JSON.stringify(shown)).not.toContain(secret);
  // Nor is what stands in a file that a command reads, and the daemon's own are not even read.
  writeFileSync(join(root, '.env'), 'SHOWN_TO_NOBODY=1\n');
  const own = readFileSync(join(home, 'keys/daemon.key'), 'utf8');
  for (const [file, text] of [
    ['.env', 'SHOWN_TO_NOBODY'],
    [join(home, 'keys/daemon.key'), own.trim().slice(0, 20)],
  ] as const) {
    const read = await agent.call('explain', { body: { action: action(root, 'bash', '-c', `source ${file}`) } });
    expect(read.facts.some(({ need }) => need.kind === 'text')).toBe(true);
    expect(JSON.stringify(read)).not.toContain(text);
  }
  expect(await control.call('log')).toEqual(logged);
  expect(await control.call('pending')).toEqual([]);
  expect(await control.call('status')).toMatchObject({ sessions: before.sessions });
  expect(readFileSync(join(root, 'src/new.ts'), 'utf8')).not.toBe('');
  writeFileSync(join(paths.policies, 'broken.yaml'), 'version: 1\nrules: none\n');
  await eventually(async () => {
    const { problems } = await agent.call('explain', { body: { action: action(root, 'ls') } });
    return problems.length === 1 ? true : undefined;
  }, 'the fault of the edited policy to be told');
});
