/** What is said of an undo holds when it matters. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import type { StoredFrame } from '../../../protocol/trace.ts';
import { knownOf } from '../../../daemon/undo/known.ts';
import { enrolHuman, eventually, startDaemon } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

test(verifies('undo:promise'), async () => {
  const home = tempFolder();
  // A look that runs out of time on a busy machine would be another test.
  writeFileSync(`${home}/config.yaml`, 'version: 1\nlooking:\n  budgetMs: 3000\n');
  const daemon = await startDaemon({ home });
  const ann = await enrolHuman(daemon);
  const repository = repositoryWithWork();
  const approved = async (id: string) => {
    const approval = await daemon.control.call('approval', { params: { id } });
    await daemon.control.call('vote', { params: { id }, body: { vote: ann.vote(approval, 'approve') } });
    return approval.restorable;
  };
  const asked = askOver(daemon.paths.agentSocket, ['sh', '-c', 'rm -rf src'], repository.root);
  const { approval: first } = await asked.held;
  rmSync(`${home}/trash`, { recursive: true, force: true });
  writeFileSync(`${home}/trash`, 'in the way');
  expect(await approved(first)).toMatchObject({ files: 2, notRestorable: [] });
  const again = async () => (await daemon.control.call('pending')).find(({ id }) => id !== first);
  const { id: second } = await eventually(again, 'the question anew');
  expect(existsSync(`${repository.root}/src`)).toBe(true);
  const told = await approved(second);
  expect(told?.files).toBe(0);
  expect(told?.notRestorable.length).toBeGreaterThan(0);
  expect(await verdictOf(asked)).toMatchObject({ verdict: 'allow' });
});

test(verifies('undo:first-end'), () => {
  const frame = (kind: string, at: number, data: object) => ({ event: { kind, at, data } }) as unknown as StoredFrame; // all that is read of one
  const saved = frame('undo.saved', 1, { digest: 'd' });
  const [released, ended, again] = [2, 3, 9].map((at) => frame('action.outcome', at, { status: at === 2 ? 'released' : 'succeeded' })); // prettier-ignore
  if (released === undefined || ended === undefined || again === undefined) throw new Error('three frames');
  expect(knownOf([saved, released, ended, again])).toEqual({ digest: 'd', endedAt: 3 });
  expect(knownOf([saved, released])).toEqual({ digest: 'd', endedAt: undefined });
  expect(knownOf([ended])).toBeUndefined();
});
