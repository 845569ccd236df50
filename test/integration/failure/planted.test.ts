/** Files of the home that somebody else wrote: what they say and the trace does not know is not believed. */
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

import { approverId } from '../../../daemon/identity/approvers.ts';
import { testHuman } from '../../helpers/approver.ts';
import { enrolHuman, startDaemon, unlock, type TestDaemon } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';

vi.setConfig({ testTimeout: 180_000 });

const statusOf = (daemon: TestDaemon) => daemon.control.call('status');

test(verifies('failure:planted-stance'), async () => {
  const daemon = await startDaemon();
  const human = await enrolHuman(daemon);
  await daemon.stop();
  writeFileSync(`${daemon.home}/stance.json`, '{"mode":"observe"}');
  const again = await startDaemon({ home: daemon.home });
  expect(await statusOf(again)).toMatchObject({
    mode: 'enforce',
    problems: [expect.stringContaining('said observe, and the trace knows of nobody who chose that; enforcing')],
  });
  const changes = async (of: TestDaemon) =>
    (await of.control.call('log')).filter(({ kind }) => kind === 'mode.changed').map(({ actorType }) => actorType);
  expect(await changes(again)).toEqual(['system']);
  // What a person chooses holds over a restart, and only until a person chooses otherwise.
  await unlock(again.control, human);
  await again.control.call('mode', { body: { mode: 'observe' } });
  await again.kill();
  const chosen = await startDaemon({ home: daemon.home });
  expect(await statusOf(chosen)).toMatchObject({ mode: 'observe', problems: [] });
  await unlock(chosen.control, human);
  await chosen.control.call('mode', { body: { mode: 'enforce' } });
  await chosen.kill();
  writeFileSync(`${daemon.home}/stance.json`, '{"mode":"observe"}');
  expect(await statusOf(await startDaemon({ home: daemon.home }))).toMatchObject({ mode: 'enforce' });
});

test(verifies('failure:planted-approver'), async () => {
  const daemon = await startDaemon();
  const ann = await enrolHuman(daemon);
  await daemon.kill();
  const file = `${daemon.paths.keys}/approvers.json`;
  const enrolled = JSON.parse(readFileSync(file, 'utf8')) as object[];
  const { publicKey } = testHuman('mallory').approver;
  const planted = { id: approverId(publicKey), human: 'mallory', factor: 'passphrase', publicKey, enrolledAt: 1 };
  const plants = [[...enrolled, planted], [planted], enrolled.map((one) => ({ ...one, publicKey })), []];
  for (const list of [...plants, undefined]) {
    if (list === undefined) unlinkSync(file);
    else writeFileSync(file, JSON.stringify(list));
    const again = await startDaemon({ home: daemon.home });
    const { approvers, problems } = await statusOf(again);
    expect({ approvers, problems }, JSON.stringify(list)).toEqual({
      approvers: 1,
      problems: [expect.stringContaining('the approvers were taken from the trace')],
    });
    await unlock(again.control, ann);
    await again.kill();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([
      { human: 'ann', factor: 'passphrase', publicKey: ann.approver.publicKey },
    ]);
  }
});
