/** Safer forms, from the command an agent types to what really runs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { actionDigest } from '../../../daemon/gate/digest.ts';
import type { TestHuman } from '../../helpers/approver.ts';
import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { place, run, SYSTEM_PATH, type Ended, type Place } from '../native/installed.ts';

type Scene = { readonly daemon: TestDaemon; readonly ann: TestHuman; readonly shims: Place };

/** Shims in front of the real programs of the machine, and one that stands for a cluster's client. */
async function scene(settings = ''): Promise<Scene> {
  const shims = place({ tools: ['rm', 'git', 'kubectl', 'terraform'] });
  for (const tool of ['git', 'rm'])
    writeFileSync(`${shims.bin}/${tool}`, `#!/bin/sh\nPATH=${SYSTEM_PATH} exec ${tool} "$@"\n`, { mode: 0o755 });
  for (const tool of ['kubectl', 'terraform'])
    writeFileSync(`${shims.bin}/${tool}`, '#!/bin/sh\necho "$0 $*"\nexit 7\n', { mode: 0o755 });
  writeFileSync(
    `${shims.home}/config.yaml`,
    `version: 1\nlooking:\n  budgetMs: 3000\npolicy:\n  packs: [safer-forms]\n${settings}`,
  );
  const daemon = await startDaemon({ home: shims.home });
  return { daemon, ann: await enrolHuman(daemon), shims };
}

/** By its name alone, as a shell would start it. */
function type({ shims }: Scene, words: readonly string[], cwd: string): Promise<Ended> {
  return run('/usr/bin/env', words, { env: { PATH: `${shims.path}:${SYSTEM_PATH}`, HOME: shims.home }, cwd });
}

async function heldApproval({ daemon }: Scene) {
  const { id } = await eventually(async () => (await daemon.control.call('pending'))[0], 'the question');
  return daemon.control.call('approval', { params: { id } });
}

test(verifies('rewrites:run'), async () => {
  const at = await scene();
  const folder = tempFolder('work');
  const rehearsed = await type(at, ['kubectl', 'delete', 'deployment', 'web'], folder);
  expect(rehearsed.out).toContain('kubectl delete deployment web --dry-run=server');
  expect(rehearsed.err).toContain('ran `kubectl delete deployment web --dry-run=server` instead');
  expect(rehearsed.code).toBe(7);
  const planned = await type(at, ['terraform', 'destroy', '-auto-approve'], folder);
  expect(planned.out).toContain('terraform plan -destroy');
  const lines = (await at.daemon.control.call('log')).filter(({ kind }) => kind === 'exec');
  expect(lines.map(({ verdict }) => verdict)).toEqual(['compute', 'compute']);
});

test(verifies('rewrites:asked'), async () => {
  const at = await scene();
  const repository = repositoryWithWork();
  const remote = tempFolder('remote');
  repository.git('init', '-q', '--bare', remote);
  repository.git('remote', 'add', 'origin', remote);
  repository.git('push', '-q', 'origin', 'HEAD:main');
  const ended = type(at, ['git', 'push', '--force', 'origin', 'HEAD:main'], repository.root);
  const approval = await heldApproval(at);
  const { action } = approval;
  if (action.kind !== 'exec') throw new Error('not an exec');
  const argv = ['git', 'push', '--force-with-lease', 'origin', 'HEAD:main'];
  expect(approval.assessment.rewrite).toEqual(argv);
  // The vote covers what runs, and nothing wider is offered.
  expect(approval.executedDigest).toBe(actionDigest({ ...action, argv }));
  expect(approval.grantPatterns).toEqual({ once: '' });
  await at.daemon.control.call('vote', {
    params: { id: approval.id },
    body: { vote: at.ann.vote(approval, 'approve') },
  });
  const { err, code } = await ended;
  expect(err).toContain('ran `git push --force-with-lease origin HEAD:main` instead');
  expect(code).toBe(0);
});

test(verifies('rewrites:saved-first'), async () => {
  const at = await scene('undo:\n  maxOperationBytes: 1000\n');
  const repository = repositoryWithWork();
  expect(await type(at, ['rm', '-rf', 'src'], repository.root)).toMatchObject({ code: 0, out: '', err: '' });
  expect(existsSync(`${repository.root}/src`)).toBe(false);
  const [saved] = (await at.daemon.control.call('undoList')).operations;
  await at.daemon.control.call('undo', { params: { id: saved?.trace ?? '' }, body: { replace: false } });
  expect(readFileSync(`${repository.root}/src/new.ts`, 'utf8')).toContain('two');
  const missing = await type(at, ['rm', 'nothing-there'], repository.root);
  expect(missing.code).toBe(1);
  expect(missing.err).toMatch(/rm: .*nothing-there/);
  repository.write({ 'src/large.ts': 'x'.repeat(2_000) });
  const asked = type(at, ['rm', '-rf', 'src'], repository.root);
  const approval = await heldApproval(at);
  expect(approval.assessment.rewrite).toBeUndefined();
  expect(approval.restorable?.notRestorable).toMatchObject([{ path: `${repository.root}/src/large.ts` }]);
  await at.daemon.control.call('vote', { params: { id: approval.id }, body: { vote: at.ann.vote(approval, 'deny') } });
  expect(await asked).toMatchObject({ code: 126 });
});
