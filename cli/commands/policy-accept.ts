/** `countersign policy accept`: an edit that waited comes into force, or the accepted files come back. */
import { createInterface } from 'node:readline/promises';

import { CountersignError } from '../../protocol/errors.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { canAsk } from '../keys/passphrase.ts';
import { waitingChange } from '../offline/waiting-edit.ts';
import { waitingLines } from '../show/waiting-edit.ts';

export const policyAccept: Command = {
  usage: ['policy accept [--yes]', 'policy accept --discard [--yes]'],
  about:
    'Shows the edit of policies and settings that waits because an agent could have made it, and asks whether it is to\n' +
    'come into force. `--discard` puts the accepted files back instead; the edit is kept in `set-aside`.',
  options: {
    yes: { type: 'boolean', short: 'y', help: 'show it and do not ask' },
    discard: { type: 'boolean', help: 'put back what is in force' },
    ...DECIDING_OPTIONS,
  },
  examples: ['countersign policy accept', 'countersign policy accept --discard'],
  async run(input, context) {
    const shown = await context.control.call('policyWaiting');
    const { edit, problems } = shown;
    const json = input.flag('json');
    const discard = input.flag('discard');
    if (edit === null) {
      if (json) context.printJson({ waited: false, done: false });
      else context.print('Nothing waits: what lies there is in force.');
      return EXIT.ok;
    }
    const change = await waitingChange(shown);
    if (!json) for (const line of waitingLines(edit, change, context.style)) context.print(line);
    const [problem] = problems;
    if (problem !== undefined && !discard) throw new CountersignError('policy_invalid', problem);
    const isWanted = await consent(input, context, discard);
    if (isWanted) {
      await ensureUnlocked(context, keyChoice(input));
      await context.control.call('policyAccept', { body: { digest: edit.digest, discard } });
    }
    if (json) context.printJson({ waited: true, done: isWanted, files: edit.files, ...change });
    else context.print(isWanted ? doneText(context, discard) : 'Nothing changed: it goes on waiting.');
    return isWanted ? EXIT.ok : EXIT.failure;
  },
};

function doneText({ style }: Context, discard: boolean): string {
  return `${style.green('✓')} ${discard ? 'What was accepted is back; the edit is kept in `set-aside`.' : 'In force.'}`;
}

async function consent(input: Input, context: Context, discard: boolean): Promise<boolean> {
  if (input.flag('yes')) return true;
  if (!canAsk(context)) throw new UsageError('there is no terminal to ask; look at what is shown and add `--yes`');
  const question = createInterface({ input: context.stdin, output: context.stderr });
  try {
    const what = discard ? 'Put the accepted files back?' : 'Bring it into force?';
    return /^y(?:es)?$/i.test((await question.question(`${what} y or anything else for no: `)).trim());
  } finally {
    question.close();
  }
}
