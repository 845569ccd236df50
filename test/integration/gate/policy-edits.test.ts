import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { enrolHuman, eventually, startDaemon } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

const ASK_BEFORE_READING = `version: 1
rules:
  - id: mine.read
    on: vcs.read
    points: 50
    reason: reads the repository
`;

test(verifies('gate:policy-edits'), async () => {
  const daemon = await startDaemon();
  await enrolHuman(daemon);
  const { root } = testRepository();
  const file = `${daemon.paths.policies}/mine.yaml`;
  const status = () => daemon.control.call('status');
  const before = (await status()).policyDigest;
  expect(await verdictOf(askOver(daemon.paths.agentSocket, ['git', 'status'], root))).toMatchObject({
    verdict: 'allow',
  });

  writeFileSync(file, ASK_BEFORE_READING);
  await eventually(async () => ((await status()).policyDigest === before ? undefined : true), 'the new policy');
  const asked = askOver(daemon.paths.agentSocket, ['git', 'status'], root);
  expect((await asked.held).message).toContain('risk 50');
  asked.hangUp();

  writeFileSync(file, `${ASK_BEFORE_READING}    pionts: 3\n`);
  const [problem] = await eventually(async () => {
    const { problems } = await status();
    return problems.length > 0 ? problems : undefined;
  }, 'the problem');
  expect(problem).toContain(`${file}:7:`);
  expect((await askOver(daemon.paths.agentSocket, ['git', 'status'], root).held).message).toContain('risk 50');
});
