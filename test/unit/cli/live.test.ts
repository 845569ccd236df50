import { describe, expect, test } from 'vitest';

import { EMPTY_MODEL, onKey, onMessage, SETTLE_MS, type Model } from '../../../cli/live/model.ts';
import { draw } from '../../../cli/live/screen.ts';
import { wrap } from '../../../cli/live/wrap.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import type { Approval } from '../../../protocol/approval.ts';
import { assessment, execAction } from '../../helpers/samples.ts';
import { verifies } from '../../helpers/verifies.ts';

const style = createStyle(false);

function approval(id: string, over: Partial<Approval> = {}): Approval {
  return {
    id, traceId: `t-${id}`, state: 'pending', action: execAction(['rm', '-rf', 'src']), assessment: assessment(),
    agent: 'tester', session: 's-1', actionDigest: 'a', executedDigest: 'a', factsDigest: 'f', daemonId: 'd', nonce: 'n',
    createdAt: Number(id), expiresAt: 400_000, votes: [], quorum: 1, factorsNeeded: 1, waiting: 1, grantPatterns: {},
    unbound: [], ...over,
  }; // prettier-ignore
}

function showing(...approvals: Approval[]): Model {
  return approvals.reduce((model, item) => onMessage(model, { type: 'approval', approval: item }, 0), EMPTY_MODEL);
}

describe('keys of the live view', () => {
  test('approve asks once more and then votes', () => {
    const asked = onKey(showing(approval('1')), 'a', SETTLE_MS);
    expect(asked).toMatchObject({ effect: { kind: 'none' }, model: { asking: { kind: 'confirm', approvalId: '1' } } });
    const voted = onKey(asked.model, 'y', 2 * SETTLE_MS);
    expect(voted.effect).toMatchObject({ kind: 'vote', decision: 'approve', approval: { id: '1' } });
    expect(onKey(asked.model, 'n', 2 * SETTLE_MS).model.asking.kind).toBe('nothing');
  });

  test(verifies('cli:settle'), () => {
    const model = showing(approval('1'), approval('2'));
    expect(onKey(model, 'd', SETTLE_MS - 1).effect.kind).toBe('none');
    expect(onKey(model, 'd', SETTLE_MS).effect.kind).toBe('vote');
    const moved = onKey(model, 'j', SETTLE_MS).model;
    expect(moved.selectedId).toBe('2');
    expect(onKey(moved, 'd', SETTLE_MS + 1).effect.kind).toBe('none');
    const later = onMessage(model, { type: 'approval', approval: approval('3') }, SETTLE_MS);
    expect(onKey(later, 'd', SETTLE_MS).effect, 'another arrival does not move the selection').toMatchObject({ approval: { id: '1' } }); // prettier-ignore
  });

  test('a question goes when what it was about goes', () => {
    const asked = onKey(showing(approval('1'), approval('2')), 'a', SETTLE_MS).model;
    const gone = onMessage(asked, { type: 'approval', approval: approval('1', { state: 'expired' }) }, 2 * SETTLE_MS);
    expect(gone).toMatchObject({ asking: { kind: 'nothing' }, selectedId: '2', changedAt: 2 * SETTLE_MS });
    expect(onKey(gone, 'y', 5 * SETTLE_MS).effect.kind).toBe('none');
  });

  test('a passphrase is collected and handed over once', () => {
    let model: Model = { ...showing(approval('1')), asking: { kind: 'passphrase', approvalId: '1', decision: 'deny', typed: '' } }; // prettier-ignore
    for (const key of ['a', 'x', '\u007f', 'q']) model = onKey(model, key, 9_000).model;
    expect(draw(model, { columns: 80, rows: 24 }, style, 0).rows.join('\n')).not.toContain('aq');
    expect(onKey(model, '\r', 9_000).effect).toMatchObject({ kind: 'vote', decision: 'deny', passphrase: 'aq' });
  });
});

describe('the screen', () => {
  test(verifies('cli:whole-shown'), () => {
    const long = approval('1', { action: execAction(['bash', '-c', `echo ${'x'.repeat(3_000)}; rm -rf src`]) });
    const small = draw(showing(long), { columns: 60, rows: 20 }, style, 0);
    expect(small.wholeShown).toBe(false);
    expect(small.rows).toHaveLength(20);
    const large = draw(showing(long), { columns: 200, rows: 60 }, style, 0);
    expect(large.wholeShown).toBe(true);
    expect(large.rows.join('')).toContain('rm -rf src');
  });

  test('no row is wider than the terminal and nothing is lost', () => {
    const text = `ab\u001b[1m文件\u001b[22me\u0301${'z'.repeat(30)}`;
    const rows = wrap(text, 7);
    expect(rows.join('')).toBe(text);
    expect(rows[0]).toBe('ab\u001b[1m文件\u001b[22me\u0301');
    expect(wrap('', 10)).toEqual(['']);
  });

  test('a command cannot draw on the screen', () => {
    const model = showing(approval('1', { action: execAction(['echo', '\u001b[2J\n● Enforcing']) }));
    const text = draw(model, { columns: 80, rows: 24 }, style, 0).rows.join('\n');
    expect(text).toContain('\\u{1b}[2J');
    expect(text).toMatch(/│ ● Enforcing/);
  });
});
