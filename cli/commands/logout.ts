/** `countersign logout`: forgets the login here, and has the hub forget it. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { openHub, revoked } from '../login/hub-client.ts';
import { readLogin, removeLogin, type Login } from '../login/token-file.ts';

export const logout: Command = {
  usage: ['logout'],
  about: 'Ends what `login` began: the hub is asked to forget it, and it is gone from this machine in any case.',
  examples: ['countersign logout'],
  async run(input, context) {
    const { keys } = context.paths;
    // One that cannot be read any more is removed all the same.
    const login = await readLogin(keys).catch(() => undefined);
    const wasThere = await removeLogin(keys);
    const told = login === undefined ? undefined : await tell(login);
    if (told instanceof Error) context.note(`warning: the hub was not told (${told.message}); there the login runs out by itself`); // prettier-ignore
    if (told === false) context.note('the hub offers no way to end a login; there it runs out by itself');
    if (input.flag('json')) context.printJson({ signedIn: false, wasSignedIn: wasThere, revoked: told === true });
    else context.print(wasThere ? 'Signed out.' : 'Nobody was signed in.');
    return EXIT.ok;
  },
};

async function tell({ hub, tokens: { refreshToken, accessToken } }: Login): Promise<boolean | Error> {
  try {
    return await revoked(await openHub(hub), refreshToken ?? accessToken);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
