import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { heldMessage } from '../../../daemon/gate/messages.ts';
import { cardLines, cardOfPending } from '../../../cli/show/approval.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import type { PendingItem } from '../../../protocol/control-api.ts';
import type { TestHuman } from '../../helpers/approver.ts';
import { enrolHuman, startDaemon, unlock, type DaemonOptions, type TestDaemon } from '../../helpers/daemon.ts';
import { repositoryWithWork, testRepository, type TestRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf, type Ask } from '../../helpers/wire.ts';

type Scene = {
  readonly daemon: TestDaemon;
  readonly ann: TestHuman;
  readonly ask: (command: string, repository: TestRepository) => Ask;
};

async function scene(options: DaemonOptions & { readonly settings?: string } = {}): Promise<Scene> {
  const home = options.home ?? tempFolder();
  // A look that runs out of time on a busy machine would be another test.
  writeFileSync(`${home}/config.yaml`, `version: 1\nlooking:\n  budgetMs: 3000\n${options.settings ?? ''}`);
  const daemon = await startDaemon({ ...options, home });
  const ann = await enrolHuman(daemon);
  return {
    daemon,
    ann,
    ask: (command, { root }) => askOver(daemon.paths.agentSocket, ['sh', '-c', command], root),
  };
}

async function approve({ daemon, ann }: Scene, id: string) {
  const approval = await daemon.control.call('approval', { params: { id } });
  await daemon.control.call('vote', { params: { id }, body: { vote: ann.vote(approval, 'approve') } });
  return approval;
}

async function savedTrace({ daemon }: Scene): Promise<string> {
  const [first] = (await daemon.control.call('undoList')).operations;
  if (first === undefined) throw new Error('nothing was saved');
  return first.trace;
}

async function framesOf({ daemon }: Scene, trace: string) {
  const frames = await daemon.control.call('trace', { params: { id: trace } });
  return frames.map(({ event }) => event);
}

test(verifies('undo:approved'), async () => {
  const at = await scene();
  const repository = repositoryWithWork();
  const asked = at.ask('rm -rf src', repository);
  const { approval: id } = await asked.held;
  const approval = await approve(at, id);
  // The one that was changed and the one git has never seen.
  expect(approval.restorable).toMatchObject({ files: 2, notRestorable: [] });
  expect(await verdictOf(asked)).toMatchObject({ verdict: 'allow' });
  const before = readFileSync(`${repository.root}/src/new.ts`, 'utf8');
  rmSync(`${repository.root}/src`, { recursive: true });
  const trace = await savedTrace(at);
  const kinds = (await framesOf(at, trace)).map(({ kind }) => kind);
  expect(kinds.indexOf('undo.saved')).toBeGreaterThan(kinds.indexOf('approval.closed'));
  expect(kinds.indexOf('undo.saved')).toBeLessThan(kinds.indexOf('action.decided'));
  const done = await at.daemon.control.call('undo', { params: { id: trace }, body: { replace: false } });
  expect(done).toMatchObject({ restored: true, files: 2, leftToGit: 0 });
  expect(readFileSync(`${repository.root}/src/new.ts`, 'utf8')).toBe(before);
  expect(readFileSync(`${repository.root}/src/index.ts`, 'utf8')).toContain('one = 2');
});

/** Each would take the only copy of what is in the file. */
const OVERWRITES = [
  ': > notes.txt',
  'cp README.md notes.txt',
  'sed -i s/years/days/ notes.txt',
  'dd if=README.md of=notes.txt',
  'truncate -s 0 notes.txt',
  'mv README.md notes.txt',
  'echo x > notes.txt',
  'mkdir in && cp src/index.ts in/ && cp notes.txt in/index.ts && cp src/index.ts notes.txt',
];

describe(
  verifies('undo:overwrite'),
  () => {
    test('every way to write over a file', async () => {
      const at = await scene();
      for (const command of OVERWRITES) {
        const repository = testRepository();
        const notes = `${repository.root}/notes.txt`;
        repository.write({ 'notes.txt': 'years of work\n' });
        expect(await verdictOf(at.ask(command, repository)), command).toMatchObject({ verdict: 'allow' });
        const { operations } = await at.daemon.control.call('undoList');
        const saved = operations.find(({ paths }) => paths.some((path) => path.startsWith(notes)));
        truncateSync(notes, 0);
        const done = await at.daemon.control.call('undo', {
          params: { id: saved?.trace ?? command },
          body: { replace: false },
        });
        expect(done, command).toMatchObject({ restored: true, files: 1 });
        expect(readFileSync(notes, 'utf8'), command).toBe('years of work\n');
      }
    });

    test('into a folder, under the name of its own', async () => {
      const at = await scene();
      const repository = testRepository();
      repository.write({ 'kept/README.md': 'only here\n' });
      expect(await verdictOf(at.ask('cp README.md kept/', repository))).toMatchObject({ verdict: 'allow' });
      const [saved] = (await at.daemon.control.call('undoList')).operations;
      expect(saved).toMatchObject({ files: 1, paths: [`${repository.root}/kept/README.md`] });
      expect(await verdictOf(at.ask('cp README.md fresh.md', repository))).toMatchObject({ verdict: 'allow' });
      expect((await at.daemon.control.call('undoList')).operations).toHaveLength(1);
    });
  },
  240_000,
);

test(verifies('undo:unsaved'), async () => {
  const at = await scene({ settings: 'undo:\n  maxOperationBytes: 4\n' });
  const repository = testRepository();
  repository.write({ 'notes.txt': 'more than four bytes\n' });
  const asked = at.ask('cp README.md notes.txt', repository);
  const { approval: id } = await asked.held;
  const approval = await approve(at, id);
  expect(approval.assessment.score).toBeLessThanOrEqual(30);
  expect(approval.restorable).toMatchObject({ files: 0, notRestorable: [{ path: `${repository.root}/notes.txt` }] });
  expect(await verdictOf(asked)).toMatchObject({ verdict: 'allow' });
});

test(verifies('undo:said-before'), async () => {
  const at = await scene();
  const repository = testRepository();
  repository.write({ 'work/notes.txt': 'a few bytes\n' });
  execFileSync('mkfifo', [`${repository.root}/work/pipe`]);
  const asked = at.ask('rm -rf work', repository);
  const { approval: id } = await asked.held;
  const [item] = await at.daemon.control.call('pending');
  expect(item).toMatchObject({ id, restorable: { files: 1, bytes: 12, notRestorable: [{ path: `${repository.root}/work/pipe` }] } }); // prettier-ignore
  const card = cardLines(cardOfPending(item as PendingItem), createStyle(false), 0).join('\n');
  expect(card).toContain(
    '  saved first, so `countersign undo` can bring it back: 1 file (12 bytes)\n  cannot come back: ',
  );
  const approval = await at.daemon.control.call('approval', { params: { id } });
  expect(heldMessage(approval)).toMatch(/ 1 file \(12 bytes\) would be saved first, for `countersign undo`\. It could not bring back \S+\/work\/pipe \(.+\)\. Answer with /); // prettier-ignore
  await approve(at, id);
  await verdictOf(asked);
});

test(verifies('undo:observe'), async () => {
  const at = await scene();
  await at.daemon.control.call('mode', { body: { mode: 'observe' } });
  const repository = repositoryWithWork();
  expect(await verdictOf(at.ask('rm -rf src', repository))).toMatchObject({ verdict: 'allow' });
  expect((await at.daemon.control.call('undoList')).operations).toMatchObject([{ files: 2 }]);
});

test('changes that git throws away, and what it cleans, are saved before', async () => {
  const at = await scene();
  const repository = repositoryWithWork();
  for (const [command, files] of [
    ['git reset --hard', 1],
    ['git checkout -- src/index.ts', 1],
    ['git clean -fd', 1],
  ] as const) {
    const asked = at.ask(command, repository);
    const { approval: id } = await asked.held;
    expect((await approve(at, id)).restorable, command).toMatchObject({ files, notRestorable: [] });
    expect(await verdictOf(asked)).toMatchObject({ verdict: 'allow' });
    const [saved] = (await at.daemon.control.call('undoList')).operations;
    expect(saved, command).toMatchObject({ files });
  }
}, 120_000);

test('what cannot be named beforehand is told to whoever is asked', async () => {
  const at = await scene();
  const repository = repositoryWithWork();
  const { approval: id } = await at.ask('rm -rf "$THERE"', repository).held;
  const approval = await at.daemon.control.call('approval', { params: { id } });
  expect(approval.restorable).toMatchObject({
    files: 0,
    notRestorable: [{ reason: 'its name is only known when it runs' }],
  });
});

test(verifies('undo:erase'), async () => {
  const at = await scene();
  const repository = testRepository();
  repository.write({ 'notes.txt': 'years of work\n' });
  expect(await verdictOf(at.ask('echo x > notes.txt', repository))).toMatchObject({ verdict: 'allow' });
  const trace = await savedTrace(at);
  await at.daemon.control.call('traceErase', { body: { what: { kind: 'trace', trace }, reason: 'a secret' } });
  expect(existsSync(`${at.daemon.home}/trash/${trace}`)).toBe(false);
  expect((await at.daemon.control.call('undoList')).operations).toEqual([]);
});

test(verifies('undo:person'), async () => {
  const at = await scene();
  const repository = testRepository();
  repository.write({ 'notes.txt': 'years of work\n' });
  expect(await verdictOf(at.ask('echo x > notes.txt', repository))).toMatchObject({ verdict: 'allow' });
  const trace = await savedTrace(at);
  await at.daemon.control.call('lock');
  const body = { what: { kind: 'trace' as const, trace } };
  await expect(
    at.daemon.control.call('undo', { params: { id: trace }, body: { replace: true } }),
  ).rejects.toMatchObject({ code: 'locked' });
  await expect(at.daemon.control.call('undoPrune', { body })).rejects.toMatchObject({ code: 'locked' });
  await unlock(at.daemon.control, at.ann);
  expect(await at.daemon.control.call('undoPrune', { body })).toMatchObject({ operations: 1 });
  await expect(
    at.daemon.control.call('undo', { params: { id: trace }, body: { replace: true } }),
  ).rejects.toMatchObject({ code: 'undo_impossible' });
  const told = (await at.daemon.control.call('log')).filter(({ kind }) => kind === 'undo.pruned');
  expect(told).toMatchObject([{ actorType: 'human' }]);
});
