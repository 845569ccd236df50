/** `countersign approvers list`: whose votes count. */
import type { Approver } from '../../protocol/approval.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export const approversList: Command = {
  usage: ['approvers list'],
  about: 'Lists the enrolled approvers and what proves their votes.',
  examples: ['countersign approvers'],
  async run(input, context) {
    const approvers = await context.control.call('approvers');
    if (input.flag('json')) context.printJson(approvers);
    else if (approvers.length === 0) context.print('Nobody is enrolled; run `countersign setup`.');
    else for (const approver of approvers) context.print(approverText(approver, context.style));
    return EXIT.ok;
  },
};

function approverText({ id, human, factor }: Approver, { bold, dim }: Style): string {
  const silent = factor === 'keychain' || factor === 'file';
  return `${bold(printable(human))}  ${factor}${silent ? ' (does not count above 80)' : ''}  ${dim(id)}`;
}
