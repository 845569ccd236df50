/** Recorded actions of every version under today's engine. */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { ENGINE_VERSION } from '../../../daemon/engine/version.ts';
import { readPolicyFolder } from '../../../daemon/policy/folder.ts';
import type { PolicySource } from '../../../daemon/policy/schema.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { replayed } from './program.ts';

const GOLDEN = join(import.meta.dirname, '../../golden');
const ENGINES = readdirSync(GOLDEN).filter((name) => name.startsWith('engine-'));
const CURRENT = `engine-${ENGINE_VERSION}`;

/** What is in the repository stays as it is. */
function copyOf(name: string): { readonly traceDb: string; readonly sources: readonly PolicySource[] } {
  const folder = tempFolder();
  cpSync(join(GOLDEN, name), folder, { recursive: true });
  const policies = join(GOLDEN, name.startsWith('engine-') ? name : CURRENT, 'policies');
  return { traceDb: join(folder, 'trace.db'), sources: readPolicyFolder(policies, 'built-in') };
}

const extra = (text: string): PolicySource => ({ layer: 'user', file: 'extra.yaml', text: `version: 1\n${text}` });

describe(verifies('replay:golden'), () => {
  test('there is one of this version', () => expect(ENGINES).toContain(CURRENT));

  test.each(ENGINES)('%s opens and is labelled', (name) => {
    const { traceDb, sources } = copyOf(name);
    const { actions, summary } = replayed({ traceDb, sources: [...sources] });
    expect(actions.length).toBeGreaterThan(20);
    expect(summary).toMatchObject({ actions: actions.length, erased: [], unreadable: [] });
    expect(summary.engines).toEqual({ [name.replace('engine-', '')]: actions.length });
  });

  test('of the first release, whose lost actions are named', () => {
    const { traceDb, sources } = copyOf('0.1.0');
    const { actions, summary } = replayed({ traceDb, sources: [...sources] });
    expect(summary).toMatchObject({ actions: 19, engines: { '1': 19 }, erased: ['action-3'], unreadable: ['kind-action.assessed'], faults: 0 });
    for (const { before, after, exact } of actions) expect([before.engine, after.engine, exact]).toEqual(['1', ENGINE_VERSION, false]);
  });
}); // prettier-ignore

test(verifies('replay:exact'), () => {
  const { traceDb, sources } = copyOf(CURRENT);
  const before = readFileSync(traceDb, 'hex');
  const { actions, summary } = replayed({ traceDb, sources: [...sources] });
  const different = actions.filter(({ identical }) => !identical).map(({ traceId, summary: what }) => `${traceId}: ${what}`);
  // An engine that judges otherwise has another number; one that is not released yet makes its golden trace anew.
  expect(different, 'raise ENGINE_VERSION, or before its release run `node test/golden/make-replay.ts`').toEqual([]);
  expect(summary).toMatchObject({ same: actions.length, identical: actions.length, faults: 0, engine: ENGINE_VERSION });
  expect(actions.every(({ exact, changes, unrecorded }) => exact && changes.length + unrecorded.length === 0)).toBe(true);
  expect(readFileSync(traceDb, 'hex')).toBe(before);
}); // prettier-ignore

test('one trace alone, with the whole assessment', () => {
  const { traceDb, sources } = copyOf(CURRENT);
  const { actions } = replayed({ traceDb, sources: [...sources], selection: { traceId: 'replay-2' }, whole: true });
  expect(actions).toMatchObject([{ traceId: 'replay-2', assessment: { summary: expect.stringContaining('node_modules') as string } }]); // prettier-ignore
});

describe(verifies('replay:compares'), () => {
  test('stricter, with the finding that was added', () => {
    const { traceDb, sources } = copyOf(CURRENT);
    const rule = 'rules:\n  - { id: mine.listing, on: code.run, points: 1, reason: runs something }\n';
    const held = `${rule}  - { id: mine.read, on: vcs.discard, points: 99, reason: never again, verdict: deny }\n`;
    const { actions, summary } = replayed({ traceDb, sources: [...sources, extra(held)] });
    expect(summary).toMatchObject({ stricter: 1, looser: 0, faults: 0 });
    const [stricter] = actions.filter(({ direction }) => direction === 'stricter');
    expect(stricter).toMatchObject({ after: { verdict: 'deny', score: 99 }, exact: false });
    expect(stricter?.changes).toContainEqual({
      change: 'added',
      rule: 'mine.read',
      operation: expect.any(Number) as number,
      after: { points: 99, reason: 'never again', role: 'base' },
    });
  });

  test('looser, with the findings that are gone', () => {
    const { traceDb, sources } = copyOf(CURRENT);
    const { actions, summary } = replayed({ traceDb, sources: sources.filter(({ file }) => !file.endsWith('/git.yaml')) });
    expect(summary.looser).toBeGreaterThan(0);
    expect(summary.stricter).toBe(0);
    for (const { changes } of actions.filter(({ direction }) => direction === 'looser'))
      expect(changes.some(({ change, rule }) => change === 'removed' && rule.startsWith('git.'))).toBe(true);
  });

  test('same, where only points moved within a band', () => {
    const { traceDb, sources } = copyOf(CURRENT);
    const rule = 'rules:\n  - { id: mine.note, on: file.write, points: 6, reason: a note }\n';
    const { actions, summary } = replayed({ traceDb, sources: [...sources, extra(rule)] });
    expect(summary).toMatchObject({ stricter: 0, looser: 0 });
    const moved = actions.filter(({ before, after }) => before.score !== after.score);
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every(({ direction, identical }) => direction === 'same' && !identical)).toBe(true);
  });

  test('a policy that does not load is no policy to replay by', () => {
    const { traceDb, sources } = copyOf(CURRENT);
    expect(() => replayed({ traceDb, sources: [...sources, extra('rulez: []\n')] })).toThrow('Command failed');
  });
}); // prettier-ignore

test(verifies('replay:unrecorded'), () => {
  const { traceDb, sources } = copyOf(CURRENT);
  const rule =
    'rules:\n  - { id: mine.late, on: file.delete, match: { hours: "00:00-23:59" }, points: 1, reason: late }\n';
  const { actions } = replayed({ traceDb, sources: [...sources, extra(rule)] });
  expect(actions.length).toBeGreaterThan(0);
  for (const { unrecorded } of actions) expect(unrecorded.map(({ kind }) => kind)).toContain('circumstances');
});
