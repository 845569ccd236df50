import { describe, expect, test } from 'vitest';

import {
  EMPTY_MODEL,
  onKey,
  onMessage,
  onTick,
  say,
  SETTLE_MS,
  type Model,
  type Step,
} from '../../../cli/live/model.ts';
import { draw } from '../../../cli/live/screen.ts';
import { logText } from '../../../cli/show/log-line.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import { cut, widthOf, wrap } from '../../../cli/terminal/wrap.ts';
import type { Approval } from '../../../protocol/approval.ts';
import type { Status } from '../../../protocol/control-api.ts';
import type { LogLine } from '../../../protocol/trace.ts';
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

function logLine(over: Partial<LogLine>): LogLine {
  return {
    traceId: 't-1', at: 0, actorType: 'agent', user: 'ann', agent: 'tester', session: 's-1', kind: 'exec', summary: 'look',
    score: 1, verdict: 'allow', outcome: null, ...over,
  }; // prettier-ignore
}

function status(): Status {
  return {
    version: '0.0.0', daemonId: 'd', pid: 1, mode: 'enforce', level: 'advisory', pausedUntil: null, pending: 0, sessions: 0, approvers: 1,
    unlocked: false, policyDigest: 'p', uptimeMs: 0, home: '/', problems: [],
  }; // prettier-ignore
}

function showing(...approvals: Approval[]): Model {
  return approvals.reduce((model, item) => onMessage(model, { type: 'approval', approval: item }, 0), EMPTY_MODEL);
}

describe('keys of the live view', () => {
  test.each([
    ['a', 'approve'],
    ['d', 'deny'],
  ])('%s asks once more and then votes to %s', (key, decision) => {
    const asked = onKey(showing(approval('1')), key, SETTLE_MS);
    expect(asked).toMatchObject({ effect: { kind: 'none' }, model: { asking: { kind: 'confirm', approvalId: '1' } } });
    const voted = onKey(asked.model, 'y', 2 * SETTLE_MS);
    expect(voted.effect).toMatchObject({ kind: 'vote', decision, approval: { id: '1' } });
    expect(onKey(asked.model, 'n', 2 * SETTLE_MS).model.asking.kind).toBe('nothing');
  });

  test(verifies('cli:settle'), () => {
    const model = showing(approval('1'), approval('2'));
    const askedFor = (step: Step): unknown => step.model.asking;
    expect(askedFor(onKey(model, 'd', SETTLE_MS - 1))).toEqual({ kind: 'nothing' });
    expect(askedFor(onKey(model, 'd', SETTLE_MS))).toMatchObject({ kind: 'confirm' });
    const moved = onKey(model, 'j', SETTLE_MS).model;
    expect(moved.selectedId).toBe('2');
    expect(askedFor(onKey(moved, 'd', SETTLE_MS + 1))).toEqual({ kind: 'nothing' });
    const later = onMessage(model, { type: 'approval', approval: approval('3') }, SETTLE_MS);
    expect(askedFor(onKey(later, 'd', SETTLE_MS)), 'another arrival does not move the selection').toMatchObject({ approvalId: '1' }); // prettier-ignore
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

describe('messages of the live view', () => {
  test(verifies('cli:live-messages'), () => {
    const connecting = say(EMPTY_MODEL, 'connection', 'connecting', 0);
    expect(onTick(connecting, 1e9).message?.text).toBe('connecting');
    expect(onMessage(connecting, { type: 'status', status: status() }, 1).message).toBeUndefined();
    const hinted = onKey(showing(approval('1'), approval('2')), 'a', 1).model;
    expect(hinted.message?.text).toContain('just changed');
    const gone = onMessage(hinted, { type: 'approval', approval: approval('1', { state: 'expired' }) }, 2);
    expect(gone.message).toBeUndefined();
    const answered = say(gone, 'result', 'Approved; it runs now.', 3);
    expect(onMessage(answered, { type: 'status', status: status() }, 4).message?.text).toContain('Approved');
    expect(onTick(answered, 60_000).message).toBeUndefined();
  });

  test('a line of the log changes in its place', () => {
    const add = (model: Model, traceId: string, summary: string): Model =>
      onMessage(model, { type: 'log', line: logLine({ traceId, summary }) }, 0);
    const log = add(add(add(EMPTY_MODEL, 't-1', 'run'), 't-2', 'look'), 't-1', 'run ended').log;
    expect(log.map(({ summary }) => summary)).toEqual(['run ended', 'look']);
  });
});

describe('the screen', () => {
  test('a long line of the log takes one row and still says who', () => {
    const line = logLine({ summary: `run bash -c ${'x'.repeat(500)}` });
    const rows = draw({ ...EMPTY_MODEL, log: [line] }, { columns: 80, rows: 24 }, createStyle(true), 0).rows;
    expect(rows.every((row) => widthOf(row) <= 80)).toBe(true);
    expect(rows.filter((row) => row.includes('xxx'))).toHaveLength(1);
    expect(rows.join('\n')).toMatch(/x…\d+…x.*tester t-1/);
    expect(cut('\u001b[2m文件文件\u001b[22m', 5)).toBe('\u001b[2m文件…\u001b[22m');
  });

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

  test('the line of a run says how it goes', () => {
    const run = logLine({ kind: 'session', summary: 'run bash', verdict: null, score: null });
    expect(logText({ ...run, outcome: 'running' }, style)).toContain('  running    run bash');
    expect(logText({ ...run, outcome: 'succeeded' }, style)).toContain('  succeeded  run bash');
  });

  test('a command cannot draw on the screen', () => {
    const model = showing(approval('1', { action: execAction(['echo', '\u001b[2J\n● Enforcing']) }));
    const text = draw(model, { columns: 80, rows: 24 }, style, 0).rows.join('\n');
    expect(text).toContain('\\u{1b}[2J');
    expect(text).toMatch(/│ ● Enforcing/);
  });
});
