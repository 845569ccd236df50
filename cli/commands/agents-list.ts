/** `countersign agents list`: agent runs the daemon knows. */
import type { AgentSession } from '../../protocol/control-api.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plural } from '../show/status.ts';
import { formatTime } from '../terminal/durations.ts';
import { printable, printableCommand } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export const agentsList: Command = {
  usage: ['agents list'],
  about: 'Lists the agent runs that the daemon knows.',
  examples: ['countersign agents', "countersign agents --json | jq '.[].id'"],
  async run(input, context) {
    const sessions = await context.control.call('agents');
    if (input.flag('json')) context.printJson(sessions);
    else if (sessions.length === 0) context.print('No agent runs.');
    else for (const session of sessions) context.print(sessionText(session, context.style));
    return EXIT.ok;
  },
};

function sessionText(session: AgentSession, { bold, dim, red, green }: Style): string {
  const state =
    session.state === 'active' ? green('active') : session.state === 'revoked' ? red('revoked') : dim('ended');
  const details = `since ${formatTime(session.startedAt)} · ${plural(session.actions, 'action')} · ${printable(session.cwd)}`;
  return `${bold(session.id)}  ${printable(session.agent)}  ${state}\n  ${printableCommand(session.argv)}\n${dim(`  ${details}`)}`;
}
