/** `countersign grants`: remembered answers, and how to end one. */
import type { Grant } from '../../protocol/approval.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { formatDuration } from '../terminal/durations.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export const grants: Command = {
  usage: ['grants', 'grants --end ID'],
  about: 'Lists the answers that are remembered: what each covers, where, and until when.',
  options: { end: { type: 'string', value: 'ID', help: 'forget this one now' }, ...DECIDING_OPTIONS },
  examples: ['countersign grants', 'countersign grants --end g7f3'],
  async run(input, context) {
    const id = input.text('end');
    if (id !== undefined) {
      if (!(await context.control.call('grants')).some((grant) => grant.id === id)) {
        throw new CountersignError(
          'not_found',
          `no answer is remembered as \`${id}\`; \`countersign grants\` lists them`,
        );
      }
      await ensureUnlocked(context, keyChoice(input));
      const done = await context.control.call('endGrant', { params: { id } });
      if (input.flag('json')) context.printJson(done);
      else context.print('Forgotten; the next such action asks again.');
      return EXIT.ok;
    }
    const list = await context.control.call('grants');
    if (input.flag('json')) context.printJson(list);
    else if (list.length === 0) context.print('Nothing is remembered.');
    else for (const grant of list) context.print(grantText(grant, context.style));
    return EXIT.ok;
  },
};

function grantText(grant: Grant, { bold, dim }: Style): string {
  const until = formatDuration(grant.expiresAt - Date.now());
  return `${bold(grant.id)}  ${printable(grant.pattern)}\n${dim(`  ${grant.scope} · up to a score of ${grant.maxScore} · ends in ${until}`)}`;
}
