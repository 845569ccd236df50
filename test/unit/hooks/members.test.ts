import { describe, expect, test } from 'vitest';

import { createAnnounced } from '../../../daemon/gate/announced.ts';
import { createMembers } from '../../../daemon/hooks/members.ts';
import { openAgentSessions } from '../../../daemon/identity/agent-sessions.ts';
import { testClock } from '../../helpers/clock.ts';
import { testProcesses } from '../../helpers/processes.ts';
import { verifies } from '../../helpers/verifies.ts';

const [SHELL, CLIENT, HOOK] = [100, 200, 300];

async function member() {
  const table = testProcesses();
  table.add(1, 0);
  table.add(SHELL, 1, { kernelSession: SHELL });
  table.add(CLIENT, SHELL);
  table.add(HOOK, CLIENT);
  const sessions = openAgentSessions(table);
  const clock = testClock();
  const members = createMembers({
    table,
    sessions,
    clock,
    announced: createAnnounced(clock),
    commandLine: (pid) => (pid === CLIENT ? ['node', 'client.js'] : ['bash']),
    user: 'ann',
    redactText: (text) => text,
    record: () => undefined,
    onStart: async () => undefined,
    onEnd: () => undefined,
  });
  const tell = () => members.belongingOf(HOOK, 'claude-code', '/');
  const { session } = await tell();
  const unseen = (): number => {
    table.remove(HOOK);
    table.remove(CLIENT);
    members.sweep();
    return sessions.endsUnseen();
  };
  return { tell, unseen, said: () => members.said(session) };
}

describe(verifies('hooks:said-end'), () => {
  test('a client that said that it ends, and did, is seen to its end', async () => {
    const { said, unseen } = await member();
    said();
    expect(unseen()).toBe(0);
  });

  test('one that goes on after it said so is not', async () => {
    const { said, tell, unseen } = await member();
    said();
    await tell();
    expect(unseen()).toBe(1);
  });
});
