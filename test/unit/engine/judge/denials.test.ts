import { describe, expect, test } from 'vitest';

import { deniedTargetsOf } from '../../../../daemon/engine/denials.ts';
import type { EffectKind } from '../../../../protocol/effect.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, draft, factsOf, judged, tree } from './fixtures.ts';

const SRC = `${CWD}/src`;
const denied = [{ effect: 'file.delete', target: SRC, reason: 'no', traceId: 't' }];
const again = (kind: EffectKind, path: string, attributes = {}) =>
  judged([draft(kind, [path], { attributes })], factsOf([tree(path, { files: 1, tracked: 1 })]), undefined, { denied });

describe(verifies('judge:denied-stays-denied'), () => {
  test.each([
    ['file.delete', SRC, {}],
    ['file.delete', `${SRC}/../src/`, {}],
    ['file.delete', `${SRC}/a.ts`, {}],
    ['file.delete', CWD, { recursive: true }],
    ['file.move', SRC, {}],
    ['vcs.discard', CWD, {}],
    ['file.write', SRC, { overwrite: true }],
    ['file.write', `${SRC}/a.ts`, { overwrite: true, emptied: true }],
    ['file.write', `${SRC}/a.ts`, { overwrite: true, replaced: true }],
  ] as const)('%s of %s', (kind, path, attributes) => {
    const assessment = again(kind, path, attributes);
    expect(assessment).toMatchObject({ verdict: 'deny', forced: true });
    expect(assessment.findings[0]).toMatchObject({ rule: 'session.denied-before', role: 'also' });
  });

  test.each([
    ['file.delete', `${CWD}/srcs`, {}],
    ['file.delete', `${CWD}/docs`, {}],
    ['file.write', `${SRC}/a.ts`, { overwrite: true }],
    ['file.write', `${SRC}/new.ts`, {}],
    ['file.write', `${SRC}/new.ts`, { overwrite: true, replaced: true, files: 0 }],
    ['file.read', SRC, {}],
    ['db.drop', SRC, {}],
    ['file.delete', SRC, { dryRun: true }],
  ] as const)('but not %s of %s', (kind, path, attributes) => {
    expect(again(kind, path, attributes).forced).toBe(false);
  });
});

test(verifies('judge:denial-remembered'), () => {
  const drafts = [
    draft('file.delete', [SRC, `${CWD}/b`]),
    draft('file.read', ['/c']),
    draft('file.write', ['/d']),
    draft('vcs.discard', []),
    draft('db.drop', [], { targets: [{ kind: 'table', name: 'users' }] }),
  ];
  expect(deniedTargetsOf(judged(drafts, factsOf([])))).toEqual([
    { effect: 'file.delete', target: SRC },
    { effect: 'file.delete', target: `${CWD}/b` },
    { effect: 'vcs.discard', target: CWD },
    { effect: 'db.drop', target: 'users' },
  ]);
});

test('a denial remembers where a symlink leads', () => {
  const link = [tree('/tmp/link/', { files: 1, dirty: 1 }, { realPath: SRC })];
  const followed = draft('file.delete', [], { targets: [{ kind: 'path', name: '/tmp/link', followed: true }] });
  expect(deniedTargetsOf(judged([followed], factsOf(link)))).toEqual([
    { effect: 'file.delete', target: '/tmp/link' },
    { effect: 'file.delete', target: SRC },
  ]);
});
