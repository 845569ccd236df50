import { expect, test } from 'vitest';

import { beginFrom, knownOf, type Beginning, type Known } from '../../../daemon/accepted/standing.ts';
import { verifies } from '../../helpers/verifies.ts';

const NOTHING = { config: null, policies: [], bundle: null };
const said = (more: Partial<Extract<Known, { kind: 'said' }>> = {}): Known => ({
  kind: 'said',
  at: 100,
  accepted: 'a',
  held: false,
  waiting: false,
  prepared: '',
  ...more,
});

function begun(more: Partial<Beginning>) {
  return beginFrom({ known: said(), found: 'a', copy: NOTHING, used: true, runs: false, bootedAt: 50, ...more });
}

test(verifies('edits:start'), () => {
  expect(begun({})).toEqual({ from: 'found', waits: false, unclear: false });
  // Nobody was there who could have edited it but a person.
  expect(begun({ found: 'b' })).toEqual({ from: 'found', waits: false, unclear: false });
  expect(begun({ known: { kind: 'none' }, used: false })).toEqual({ from: 'found', waits: false, unclear: false });
});

test(verifies('edits:start').concat(': an agent may have been there'), () => {
  for (const more of [{ known: said({ held: true }) }, { known: said({ waiting: true }) }, { runs: true }]) {
    expect(begun({ ...more, found: 'b' })).toMatchObject({ from: 'copy', waits: true });
    expect(begun({ ...more, found: 'b', copy: undefined })).toMatchObject({ from: 'strictest', waits: true });
    expect(begun(more)).toMatchObject({ from: 'found', waits: false });
  }
  expect(begun({ known: said({ held: true }) }).unclear).toBe(true);
  // No process outlives the machine, but what it wrote does.
  expect(begun({ known: said({ held: true }), bootedAt: 200 }).unclear).toBe(false);
  expect(begun({ known: said({ held: true }), bootedAt: 200, found: 'b' })).toMatchObject({
    from: 'copy',
    waits: true,
  });
});

test(verifies('edits:start').concat(': nobody tells what was accepted'), () => {
  for (const known of [{ kind: 'lost' }, { kind: 'unknown' }, { kind: 'none' }] as const) {
    expect(begun({ known })).toMatchObject({ from: 'strictest', waits: true });
  }
});

test(verifies('edits:start').concat(': what the trace said'), () => {
  const data = { accepted: 'a', held: true, waiting: false, prepared: 'p' };
  expect(knownOf({ word: { at: 3, data }, lostSince: false })).toEqual({ kind: 'said', at: 3, ...data });
  expect(knownOf({ word: { at: 3, data }, lostSince: true })).toEqual({ kind: 'lost' });
  expect(knownOf({ word: { at: 3, data: {} }, lostSince: false })).toEqual({ kind: 'lost' });
  expect(knownOf({ word: undefined, lostSince: false })).toEqual({ kind: 'none' });
  expect(knownOf({ word: undefined, lostSince: true })).toEqual({ kind: 'lost' });
  expect(knownOf(undefined)).toEqual({ kind: 'unknown' });
});
