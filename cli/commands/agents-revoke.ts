/** `countersign agents revoke`: denies everything more of one run. */
import { CountersignError } from '../../protocol/errors.ts';
import { UsageError, type Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';

export const agentsRevoke: Command = {
  usage: ['agents revoke SESSION'],
  about: 'Denies everything more that an agent run asks for, and what it has waiting.',
  options: DECIDING_OPTIONS,
  positionals: { min: 1, max: 1 },
  examples: ['countersign agents revoke s41f'],
  async run(input, context) {
    const session = await fullId(context, input.positionals[0] ?? '');
    await ensureUnlocked(context, keyChoice(input));
    const done = await context.control.call('revoke', { body: { session } });
    if (input.flag('json')) context.printJson(done);
    else context.print('Revoked; everything more it asks for is denied.');
    return EXIT.ok;
  },
};

type Caller = { readonly control: Parameters<Command['run']>[1]['control'] };

/** A unique beginning of an id is enough. */
async function fullId({ control }: Caller, prefix: string): Promise<string> {
  const matches = (await control.call('agents')).filter(({ id }) => id.startsWith(prefix));
  if (matches.length > 1)
    throw new UsageError(`\`${prefix}\` could be any of ${matches.map(({ id }) => id).join(', ')}`);
  const [match] = matches;
  if (match === undefined)
    throw new CountersignError('not_found', `no agent run is \`${prefix}\`; \`countersign agents\` lists them`);
  return match.id;
}
