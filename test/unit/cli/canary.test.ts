/** What proves that a canary was intercepted. */
import { expect, test } from 'vitest';

import { provesCanary, type Probe } from '../../../cli/doctor/canary.ts';
import type { StoredFrame } from '../../../protocol/trace.ts';
import { verifies } from '../../helpers/verifies.ts';

const PROBE: Probe = { tool: 'git', mark: 'countersign-canary-here-1f', shellPid: 4711 };

type Asked = { readonly argv?: readonly string[]; readonly executable?: string; readonly task?: string };

function asked({ argv = ['git', '--version', PROBE.mark], executable = '/usr/bin/git', task = '4711:99' }: Asked = {}): StoredFrame {
  const action = { kind: 'exec', argv: [...argv], executable, cwd: '/', session: 'terminal-1', agent: 'terminal' };
  return {
    event: { v: 1, seq: 1, at: 1, kind: 'action.assessed', traceId: 't1', session: 'terminal-1', agent: 'terminal', actorType: 'agent', user: 'ann', data: { task } },
    hash: '',
    payload: { action },
    erased: false,
  };
} // prettier-ignore

test(verifies('operations:canary-spoof'), () => {
  expect(provesCanary(asked(), PROBE)).toBe(true);
  const spoofs: readonly (StoredFrame | undefined)[] = [
    undefined,
    asked({ task: '4712:99' }),
    asked({ task: 'gone' }),
    asked({ argv: ['git', 'log', PROBE.mark] }),
    asked({ argv: ['find', '--version', PROBE.mark] }),
    asked({ argv: ['git', '--version', `${PROBE.mark}0`] }),
    asked({ executable: '' }),
    { ...asked(), payload: null },
  ];
  expect(spoofs.map((frame) => provesCanary(frame, PROBE))).toEqual(spoofs.map(() => false));
  // A shell that never came to be has no children.
  expect(provesCanary(asked({ task: '0:99' }), { ...PROBE, shellPid: 0 })).toBe(false);
});
