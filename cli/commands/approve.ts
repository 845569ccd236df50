/** `countersign approve ID`: lets a held action run. */
import { GrantScope, type Approval } from '../../protocol/approval.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { keyChoice } from '../control/signer.ts';
import { castVote, findApproval, voteOutcome } from '../control/vote.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';

export const approve: Command = {
  usage: ['approve ID [--for once|task|session|15m]'],
  about: 'Shows what is held, signs your vote in this terminal, and lets the action run once enough people agree.',
  options: {
    for: { type: 'string', value: 'once|task|session|15m', help: 'how far it reaches; once unless given' },
    ...DECIDING_OPTIONS,
  },
  examples: ['countersign approve 7f3a', 'countersign approve 7f3a --for session'],
  positionals: { min: 1, max: 1 },
  async run(input, context) {
    const scope = scopeOf(input);
    const approval = await findApproval(context, input.positionals[0] ?? '');
    requireOffered(approval, scope);
    const result = await castVote(context, approval, { decision: 'approve', scope, reason: '' }, keyChoice(input));
    if (input.flag('json')) {
      context.printJson(result);
      return EXIT.ok;
    }
    context.print(voteOutcome(result));
    const pattern = approval.grantPatterns[scope];
    if (scope !== 'once' && pattern !== undefined) context.print(`Remembered: ${printable(pattern)}`);
    return EXIT.ok;
  },
};

function scopeOf(input: Input): GrantScope {
  const text = input.text('for') ?? 'once';
  const scope = GrantScope.safeParse(text);
  if (!scope.success) throw new UsageError(`\`${text}\` is not one of ${GrantScope.options.join(', ')}`);
  return scope.data;
}

function requireOffered(approval: Approval, scope: GrantScope): void {
  if (scope === 'once' || approval.grantPatterns[scope] !== undefined) return;
  const offered = ['once', ...Object.keys(approval.grantPatterns).filter((name) => name !== 'once')];
  throw new UsageError(`this cannot be approved for \`${scope}\`; it offers ${offered.join(', ')}`);
}
