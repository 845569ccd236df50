/** A repository's own policies hold for what runs in it, and only ever ask for more. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';
import { eventually } from '../../helpers/daemon.ts';

const PATIENT = { timeout: 120_000 };
const COMMIT = ['git', 'commit', '-m', 'x'];
const ASK_FOR_COMMITS = `version: 1
rules:
  - { id: team.commits, on: vcs.commit, points: 45, reason: 'the team "commits" by hand' }
`;

type Scene = {
  readonly daemon: TestDaemon;
  readonly root: string;
  readonly policy: (text: string, name?: string) => void;
  /** Nobody is enrolled, so what would be held for a person is refused. */
  readonly verdict: (argv: readonly string[], cwd?: string) => Promise<string>;
};

async function scene(): Promise<Scene> {
  const daemon = await startDaemon();
  const { root, write } = testRepository();
  return {
    daemon,
    root,
    policy: (text, name = 'team.yaml') => write({ [`.countersign/policies/${name}`]: text }),
    verdict: async (argv, cwd = root) => (await verdictOf(askOver(daemon.paths.agentSocket, argv, cwd))).verdict,
  };
}

async function lastAssessed({ daemon }: Scene) {
  const [line] = (await daemon.control.call('log')).toReversed().filter(({ kind }) => kind === 'exec');
  const frames = await daemon.control.call('trace', { params: { id: line?.traceId ?? '' } });
  const payload = frames.find(({ event }) => event.kind === 'action.assessed')?.payload;
  return payload as unknown as {
    facts: readonly { need: { kind: string }; value: { data?: { files?: readonly unknown[] } } }[];
    assessment: { findings: readonly { rule: string; reason: string }[]; policyDigest: string };
  };
}

test(verifies('policy:of-repository'), PATIENT, async () => {
  const here = await scene();
  const { root, policy, verdict } = here;
  expect(await verdict(COMMIT)).toBe('allow');
  const { assessment: before } = await lastAssessed(here);
  policy(ASK_FOR_COMMITS);
  await eventually(async () => ((await verdict(COMMIT)) === 'deny' ? true : undefined), 'the policy to hold');
  const { facts, assessment } = await lastAssessed(here);
  expect(assessment.findings[0]).toMatchObject({
    rule: 'workspace:team.commits',
    reason: `from this repository: "the team 'commits' by hand"`,
  });
  expect(assessment.policyDigest).not.toBe(before.policyDigest);
  const kept = facts.find(({ need }) => need.kind === 'workspace-policy')?.value.data?.files;
  expect(kept).toEqual([{ file: join(root, '.countersign/policies/team.yaml'), text: ASK_FOR_COMMITS }]);
  // Wherever it is started from, and from a repository within.
  const inner = join(root, 'inner');
  mkdirSync(inner);
  testRepository(inner);
  expect(await verdict(COMMIT, inner)).toBe('deny');
  expect(await verdict(['sh', '-c', `cd ${inner} && git commit -m x`], '/')).toBe('deny');
  // Elsewhere nobody asks.
  expect(await verdict(COMMIT, testRepository().root)).toBe('allow');
});

test(verifies('policy:of-repository-broken'), PATIENT, async () => {
  const here = await scene();
  const { policy, verdict } = here;
  policy('version: 1\nrules:\n  - { id: x, on: nonsense }\n');
  expect(await verdict(COMMIT)).toBe('deny');
  const { assessment } = await lastAssessed(here);
  expect(assessment.findings[0]).toMatchObject({ rule: 'workspace:broken' });
  expect(assessment.findings[0]?.reason).toMatch(/team\.yaml:3:\d+/);
  expect(await verdict(['git', 'status'])).toBe('allow');
  expect(await verdict(['cat', 'README.md'])).toBe('allow');
});

describe(verifies('policy:of-repository-tightens'), () => {
  test.each([
    ['bands', 'version: 1\nbands: { low: 90 }\n'],
    ['allowances', 'version: 1\nallow:\n  - { id: a, on: file.delete, reason: r }\n'],
    ['rewrites', 'version: 1\nrules:\n  - { id: a, on: file.delete, points: 0, reason: r, verdict: compute, rewrite: [ls] }\n'], // prettier-ignore
    ['negative points', 'version: 1\npoints: { file: -50 }\n'],
  ])('%s', PATIENT, async (_, text) => {
    const { policy, verdict, root } = await scene();
    writeFileSync(join(root, 'work.txt'), 'work');
    expect(await verdict(['rm', 'work.txt'])).toBe('deny');
    policy(text);
    expect(await verdict(['rm', 'work.txt'])).toBe('deny');
    // It is said instead.
    await eventually(async () => ((await verdict(COMMIT)) === 'deny' ? true : undefined), 'the policy to be refused');
    expect(await verdict(['rm', 'work.txt'])).toBe('deny');
  });

  test('points for a kind of effect', PATIENT, async () => {
    const { policy, verdict } = await scene();
    policy('version: 1\npoints: { vcs.commit: 40 }\n');
    expect(await verdict(COMMIT)).toBe('deny');
    expect(await verdict(['git', 'status'])).toBe('allow');
  });
});

test(verifies('policy:of-repository-odd'), PATIENT, async () => {
  const { root, verdict } = await scene();
  const folder = join(root, '.countersign/policies');
  const odd: Readonly<Record<string, () => void>> = {
    'a link': () => symlinkSync('/etc/hostname', join(folder, 'a.yaml')),
    'a large file': () => writeFileSync(join(folder, 'a.yaml'), `version: 1\nabout: "${'x'.repeat(20_000)}"\n`),
    'a folder': () => mkdirSync(join(folder, 'a.yaml')),
    'loops within loops': () =>
      writeFileSync(
        join(folder, 'a.yaml'),
        'version: 1\nrules:\n  - { id: a, on: vcs.commit, points: 0, reason: r, if: "operation.argv.exists(a, operation.argv.exists(b, a == b))" }\n', // prettier-ignore
      ),
    'too many rules': () =>
      writeFileSync(
        join(folder, 'a.yaml'),
        `version: 1\nrules:\n${Array.from({ length: 60 }, (_, at) => `  - { id: r${at}, on: db.drop, points: 0, reason: r }\n`).join('')}`, // prettier-ignore
      ),
  };
  for (const [what, make] of Object.entries(odd)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await eventually(async () => ((await verdict(COMMIT)) === 'allow' ? true : undefined), 'no policy to hold');
    make();
    await eventually(async () => ((await verdict(COMMIT)) === 'deny' ? true : undefined), `${what} to be said`);
  }
});
