/** Small valid values for tests that are about something else. */
import type { ExecAction } from '../../protocol/action.ts';
import type { Assessment } from '../../protocol/assessment.ts';

export function execAction(argv: readonly string[], over: Partial<ExecAction> = {}): ExecAction {
  return {
    kind: 'exec',
    argv: [...argv],
    stdin: 'null',
    cwd: '/work',
    env: {},
    agent: 'tester',
    session: 'run-0',
    ...over,
  };
}

export function assessment(over: Partial<Assessment> = {}): Assessment {
  return {
    score: 64,
    band: 'high',
    verdict: 'escalate',
    forced: false,
    summary: 'delete src',
    findings: [
      { rule: 'file.delete', points: 64, reason: 'deletes work that nothing brings back', role: 'base', operation: 0 },
    ],
    operations: [{ program: 'rm', argv: ['rm', '-rf', 'src'], cwd: '/work', via: [], dynamic: false }],
    effects: [
      {
        kind: 'file.delete',
        targets: [{ kind: 'path', name: '/work/src' }],
        attributes: { recursive: true },
        operation: 0,
      },
    ],
    obligations: [],
    quorum: 1,
    unknowns: [],
    policyDigest: 'p'.repeat(64),
    engine: '1',
    ...over,
  };
}
