/** Which clients a command line means, and whether its person agrees to what is shown. */
import { createInterface } from 'node:readline/promises';

import { HookClient } from '../../protocol/wire.ts';
import { UsageError, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { canAsk } from '../keys/passphrase.ts';
import { suggest } from '../suggest.ts';

/** `undefined` for `--all`. */
export function namedClients(input: Input): readonly HookClient[] | undefined {
  const names = input.positionals;
  if (input.flag('all') === names.length > 0) throw new UsageError('name clients, or say `--all`', [`known: ${HookClient.options.join(' ')}`]);
  return input.flag('all') ? undefined : [...new Set(names)].map(clientNamed);
} // prettier-ignore

function clientNamed(name: string): HookClient {
  const found = HookClient.safeParse(name);
  if (found.success) return found.data;
  const near = suggest(name, HookClient.options);
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  throw new UsageError(`no client \`${name}\`${hint}`, [`known: ${HookClient.options.join(' ')}`]);
}

/** Without a terminal only `--yes` agrees. */
export async function agrees(input: Input, context: Context, question: string): Promise<boolean> {
  if (input.flag('dry-run')) {
    context.note('a dry run: nothing was changed');
    return false;
  }
  if (input.flag('yes')) return true;
  if (!canAsk(context)) {
    context.note('there is no terminal to ask, so nothing was changed; look at what is shown and add `--yes`');
    return false;
  }
  const asked = createInterface({ input: context.stdin, output: context.stderr });
  try {
    return /^y(?:es)?$/i.test((await asked.question(`${question} y or anything else for no: `)).trim());
  } finally {
    asked.close();
  }
}
