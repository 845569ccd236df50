/** What `trace show` and `log` make of what is stored. */
import { describe, expect, test } from 'vitest';

import { assessmentLines } from '../../../cli/show/assessment.ts';
import { isCanary } from '../../../cli/show/canaries.ts';
import { frameLines } from '../../../cli/show/frame.ts';
import { logText } from '../../../cli/show/log-line.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import type { LogLine, StoredFrame, TraceData, TraceEventKind } from '../../../protocol/trace.ts';
import { assessment } from '../../helpers/samples.ts';
import { verifies } from '../../helpers/verifies.ts';

const style = createStyle(false);

function shown(kind: TraceEventKind, data: TraceData, payload: StoredFrame['payload'] = null): string[] {
  const event = { v: 1, seq: 1, at: 0, kind, traceId: 't', session: 's', agent: 'a', actorType: 'human', user: 'u', data } as const; // prettier-ignore
  return frameLines({ event, hash: 'h', payload, erased: false }, style).slice(1);
}

test(verifies('cli:frame-fields'), () => {
  const grant = { grant: 'grant-1', scope: 'session', shape: 'ab12', maxScore: 69, expiresAt: 0 };
  expect(shown('grant.created', grant, { pattern: 'exactly `ls`', grantedBy: ['ann', 'bob'] })).toEqual([
    '    grant: grant-1',
    '    how far it reaches: session',
    '    up to risk: 69',
    expect.stringMatching(/^ {4}until: \d\d:\d\d:\d\d$/),
    '    covers: exactly `ls`',
    '    answered by: ann, bob',
  ]);
  const saved = { files: 1, bytes: 2_048, lost: 0, leftToGit: 3, digest: 'ab' };
  expect(shown('undo.saved', saved, { notRestorable: [{ path: '/a', reason: 'it is a pipe' }] })).toEqual([
    '    files: 1',
    '    size: 2.0 KB',
    '    not saved: 0',
    '    left out, git has it: 3',
    '    cannot come back: /a: it is a pipe',
  ]);
  const note = 'first line\n#9 00:00:00  the approval was granted\u001b[2J\n\u202e';
  expect(shown('action.reviewed', { approver: null }, { human: 'ann', note })).toEqual([
    '    person: ann',
    '    note:',
    '      │ first line',
    '      │ #9 00:00:00  the approval was granted\\u{1b}[2J',
    '      │ \\u{202e}',
  ]);
  expect(shown('session.started', { pid: 7, resumed: false }, { argv: ['bash', '-c', 'a\nb'], cwd: '/w' })).toEqual([
    '    process: 7',
    '    command:',
    "      │ bash -c 'a",
    "      │ b'",
    '    folder: /w',
  ]);
});

const LINE: LogLine = { traceId: 't1', at: 0, actorType: 'agent', user: 'ann', agent: 'claude', session: 's', kind: 'exec', summary: 'run ls', score: 0, verdict: 'allow', outcome: 'released' }; // prettier-ignore

test(verifies('cli:log-marks'), () => {
  expect(logText(LINE, style)).not.toContain('review');
  expect(logText({ ...LINE, review: 'waiting' }, style)).toContain('run ls  to review  claude t1');
  expect(logText({ ...LINE, review: 'wrong' }, style)).toContain('reviewed: wrong');
  expect(logText({ ...LINE, summary: 'x'.repeat(200), review: 'fine' }, style, 80)).toMatch(
    /reviewed: fine {2}claude t1$/,
  );
});

describe(verifies('cli:log-canaries'), () => {
  const summary = `run git --version countersign-canary-bash-login-${'0a'.repeat(12)}`;
  test.for([
    [true, {}],
    [true, { verdict: null }],
    [false, { verdict: 'deny' }],
    [true, { score: 10 }],
    [false, { score: 31 }],
    [false, { kind: 'tool' }],
    [false, { summary: `${summary}; rm -rf /` }],
    [false, { summary: `${summary}, and 1 more step` }],
    [false, { summary: summary.replace('--version', 'push --force') }],
    [false, { summary: summary.replace('git', './git') }],
  ] as const)('%s for %j', ([hidden, change]) => {
    expect(isCanary({ ...LINE, summary, ...change })).toBe(hidden);
  });
});

test(verifies('cli:unknown-words'), () => {
  const unknowns = [
    'tree: took too long',
    'restorable: took too long',
    'tree: took too long',
    'kube-context: no file',
    'odd',
  ];
  const said = assessmentLines(assessment({ unknowns }), style).filter((line) => line.includes('not known'));
  expect(said).toEqual([
    '  not known: what would be lost, what could be saved first (took too long)',
    '  not known: the cluster (no file)',
    '  not known: (odd)',
  ]);
});
