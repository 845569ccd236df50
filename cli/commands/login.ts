/** `countersign login`: signs this person in at the hub of the team. */
import { setTimeout as pause } from 'node:timers/promises';

import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { signInByBrowser } from '../login/browser.ts';
import { signInByDevice } from '../login/device.ts';
import { openHub, type HubClient, type Tokens } from '../login/hub-client.ts';
import { readHub } from '../login/hub-file.ts';
import { LoginError } from '../login/login-error.ts';
import { writeLogin, type KeptIn } from '../login/token-file.ts';
import { personOf } from '../login/shown.ts';

type Way = 'browser' | 'device';

export const login: Command = {
  usage: ['login [--browser|--device] [--token-store keychain|file]'],
  about:
    'Signs you in at the hub that `setup --client-id ID --hub URL` named: in the browser of this machine, or with a code that you type on any device. The hub itself is not part of this version.',
  options: {
    browser: { type: 'boolean', help: 'with the browser of this machine; the default where there is a desktop' },
    device: { type: 'boolean', help: 'with a code; the default over SSH and without a desktop' },
    'token-store': { type: 'string', value: 'keychain|file', help: 'where the login is kept; the keychain unless there is none' }, // prettier-ignore
  },
  examples: ['countersign login', 'countersign login --device'],
  async run(input, context) {
    const way = wayOf(input, context);
    const store = storeOf(input);
    const hub = readHub(context.paths.home);
    if (hub === undefined) throw new LoginError('not_set_up', 'no hub is set up; run `countersign setup --client-id ID --hub URL`'); // prettier-ignore
    const tokens = await signIn(await openHub(hub), way, context);
    const keptIn = await writeLogin(context.paths.keys, hub, tokens, store);
    if (keptIn === 'file') context.note('warning: there is no keychain: the login lies in a private file, which any process of yours can read'); // prettier-ignore
    const { subject, name, expiresAt } = tokens;
    if (input.flag('json')) context.printJson({ hub: hub.hub, subject, name, expiresAt, keptIn });
    else context.print(`Signed in at ${hub.hub}${personOf(tokens)}.`);
    return EXIT.ok;
  },
};

function signIn(hub: HubClient, way: Way, context: Context): Promise<Tokens> {
  if (way === 'browser') {
    return signInByBrowser(hub, {
      show: (address) => context.note(`open this address in your browser, here on this machine:\n  ${address}`),
    });
  }
  return signInByDevice(hub, {
    pause,
    show: ({ address, userCode }) => {
      context.note(`open ${address} on any device and type the code\n  ${userCode}`);
      context.note('only go on when you began this yourself, a moment ago');
    },
  });
}

function wayOf(input: Input, { env }: Context): Way {
  if (input.flag('browser') && input.flag('device')) throw new UsageError('either `--browser` or `--device`');
  if (input.flag('browser')) return 'browser';
  if (input.flag('device')) return 'device';
  const isRemote = env['SSH_CONNECTION'] !== undefined;
  const hasDesktop = process.platform === 'darwin' || env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined; // prettier-ignore
  return hasDesktop && !isRemote ? 'browser' : 'device';
}

function storeOf(input: Input): KeptIn | undefined {
  const store = input.text('token-store');
  if (store === undefined || store === 'keychain' || store === 'file') return store;
  throw new UsageError(`\`${store}\` is neither \`keychain\` nor \`file\``);
}
