import { describe, expect, test } from 'vitest';

import { createControlAccess } from '../../../daemon/api/control-access.ts';
import { openAgentSessions } from '../../../daemon/identity/agent-sessions.ts';
import { openApprovers } from '../../../daemon/identity/approvers.ts';
import { createControlSessions } from '../../../daemon/identity/control-sessions.ts';
import { testHuman } from '../../helpers/approver.ts';
import { testClock } from '../../helpers/clock.ts';
import { testProcesses } from '../../helpers/processes.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const ann = testHuman('ann');
const TERMINAL = '1:10';

function unlockRequest(nonce: string, over: Partial<Record<'nonce' | 'daemonId' | 'terminal', string>> = {}) {
  const signature = ann.signControl('unlock', { nonce, daemonId: 'd1', terminal: TERMINAL, ...over });
  return { approver: ann.approver.id, nonce, signature, wrapKey: 'w' };
}

describe('control sessions', () => {
  test(verifies('control:unlock'), () => {
    const controls = createControlSessions(testClock(), 'd1');
    const nonce = controls.challenge(TERMINAL);
    expect(() => controls.open(TERMINAL, unlockRequest('made-up'), ann.approver)).toThrow(
      expect.objectContaining({ code: 'nonce_spent' }),
    );
    expect(controls.open(TERMINAL, unlockRequest(nonce), ann.approver).terminal).toBe(TERMINAL);
    expect(() => controls.open(TERMINAL, unlockRequest(nonce), ann.approver)).toThrow(
      expect.objectContaining({ code: 'nonce_spent' }),
    );

    const stolen = controls.challenge('2:20');
    expect(() => controls.open(TERMINAL, unlockRequest(stolen), ann.approver)).toThrow(
      expect.objectContaining({ code: 'nonce_spent' }),
    );
    const other = controls.challenge('2:20');
    expect(() => controls.open('2:20', unlockRequest(other), ann.approver)).toThrow(
      expect.objectContaining({ code: 'bad_signature' }),
    );
    const unknown = controls.challenge(TERMINAL);
    expect(() => controls.open(TERMINAL, unlockRequest(unknown), undefined)).toThrow(
      expect.objectContaining({ code: 'not_enrolled' }),
    );
    expect(controls.peek('2:20')).toBe(false);
  });

  test(verifies('control:idle'), () => {
    const clock = testClock();
    const controls = createControlSessions(clock, 'd1');
    controls.open(TERMINAL, unlockRequest(controls.challenge(TERMINAL)), ann.approver);
    clock.advance(14 * 60_000);
    expect(controls.use(TERMINAL)).toBeDefined();
    clock.advance(14 * 60_000);
    expect(controls.peek(TERMINAL)).toBe(true);
    clock.advance(60_000);
    expect(controls.use(TERMINAL)).toBeUndefined();
    controls.open(TERMINAL, unlockRequest(controls.challenge(TERMINAL)), ann.approver);
    clock.stepWall(-60_000);
    expect(controls.peek(TERMINAL)).toBe(false);
  });
});

describe('who is admitted', () => {
  function setUp() {
    const table = testProcesses();
    table.add(1, 0);
    table.add(10, 1);
    table.add(11, 10);
    table.add(20, 1);
    table.add(30, 1, { env: ['COUNTERSIGN_SESSION'] });
    table.add(31, 30);
    const agents = openAgentSessions(table);
    agents.register({ agent: 'a', argv: ['a'], cwd: '/', rootPid: 10, at: 0 });
    const controls = createControlSessions(testClock(), 'd1');
    return { controls, access: createControlAccess(table, agents, controls) };
  }

  test(verifies('control:governed-first'), () => {
    const { access, controls } = setUp();
    controls.open(TERMINAL, unlockRequest(controls.challenge(TERMINAL)), ann.approver);
    for (const pid of [10, 11, 30, 31]) {
      for (const right of ['look', 'enter', 'decide'] as const) {
        expect(() => access.authorize(access.identify(pid), right)).toThrow(
          expect.objectContaining({ code: 'governed_peer' }),
        );
      }
    }
    expect(() => access.identify(999)).toThrow(expect.objectContaining({ code: 'governed_peer' }));
  });

  test(verifies('control:locked'), () => {
    const { access, controls } = setUp();
    const peer = access.identify(20);
    access.authorize(peer, 'look');
    access.authorize(peer, 'enter');
    expect(() => access.authorize(peer, 'decide')).toThrow(expect.objectContaining({ code: 'locked' }));
    controls.open(TERMINAL, unlockRequest(controls.challenge(TERMINAL)), ann.approver);
    expect(access.authorize(peer, 'decide')).toBeUndefined();
    controls.close(TERMINAL);
    expect(() => access.authorize(peer, 'decide')).toThrow(expect.objectContaining({ code: 'locked' }));
  });
});

describe('enrolment', () => {
  function enrolment(human: ReturnType<typeof testHuman>, nonce: string) {
    const { publicKey, factor, human: name } = human.approver;
    const fields = { publicKey, human: name, factor, nonce };
    return {
      request: { human: name, factor, publicKey, nonce, signature: human.signControl('enrol', fields) },
      fields,
    };
  }

  test(verifies('approver:consent'), () => {
    const file = `${tempFolder()}/approvers.json`;
    const approvers = openApprovers(file);
    const first = approvers.enrol(enrolment(ann, 'n1').request, 1);
    const bob = testHuman('bob');
    const { request, fields } = enrolment(bob, 'n2');
    expect(() => approvers.enrol(request, 2)).toThrow(expect.objectContaining({ code: 'bad_signature' }));
    const own = { approver: first.id, signature: bob.signControl('consent', fields) };
    expect(() => approvers.enrol({ ...request, consent: own }, 2)).toThrow(
      expect.objectContaining({ code: 'bad_signature' }),
    );
    const consent = { approver: first.id, signature: ann.signControl('consent', fields) };
    expect(() => approvers.enrol({ ...request, human: 'mallory', consent }, 2)).toThrow(
      expect.objectContaining({ code: 'bad_signature' }),
    );
    expect(approvers.enrol({ ...request, consent }, 2).human).toBe('bob');
    expect(() => approvers.enrol({ ...request, consent }, 2)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(
      openApprovers(file)
        .list()
        .map((one) => one.human),
    ).toEqual(['ann', 'bob']);
  });
});
