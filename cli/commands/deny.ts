/** `countersign deny ID`: refuses a held action, for the rest of its session. */
import type { Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { keyChoice } from '../control/signer.ts';
import { castVote, findApproval, voteOutcome } from '../control/vote.ts';
import { EXIT } from '../exit-codes.ts';

export const deny: Command = {
  usage: ['deny ID [--reason TEXT]'],
  about: 'Refuses a held action. The same effect stays denied for the session, however it is spelled.',
  options: {
    reason: { type: 'string', short: 'r', value: 'TEXT', help: 'what the agent is told' },
    ...DECIDING_OPTIONS,
  },
  examples: ['countersign deny 7f3a --reason "commit first"'],
  positionals: { min: 1, max: 1 },
  async run(input, context) {
    const approval = await findApproval(context, input.positionals[0] ?? '');
    const ballot = { decision: 'deny', scope: 'once', reason: input.text('reason') ?? '' } as const;
    const result = await castVote(context, approval, ballot, keyChoice(input));
    if (input.flag('json')) context.printJson(result);
    else context.print(voteOutcome(result));
    return EXIT.ok;
  },
};
