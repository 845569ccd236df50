/** `countersign whoami`: who is signed in at the hub, after renewing the login when it ran out. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { currentLogin } from '../login/current-login.ts';
import { personOf } from '../login/shown.ts';

export const whoami: Command = {
  usage: ['whoami'],
  about: 'Says who is signed in at the hub. A login that ran out is renewed first.',
  examples: ['countersign whoami'],
  async run(input, context) {
    const { hub, tokens, keptIn } = await currentLogin(context.paths.keys);
    const { subject, name, expiresAt } = tokens;
    if (input.flag('json')) {
      context.printJson({ hub: hub.hub, clientId: hub.clientId, subject, name, expiresAt, keptIn });
    } else {
      context.print(`Signed in at ${hub.hub}${personOf(tokens)}.`);
    }
    return EXIT.ok;
  },
};
