/** `countersign setup`: home, daemon, keys and the first approver; doing it twice changes nothing. */
import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';

import { CountersignError } from '../../protocol/errors.ts';
import type { Approver } from '../../protocol/approval.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { createKey, enrolKey, warningFor, type KeyStore, type NewKey } from '../control/enrol.ts';
import { keyFilePath, openWithWhatThereIs } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { readKeyFile, writeKeyFile } from '../keys/key-file.ts';
import { askNewPassphrase, canAsk, PASSPHRASE_OPTION, readNewPassphraseFile } from '../keys/passphrase.ts';
import { chosenHub, readHub, writeHub } from '../login/hub-file.ts';
import { installLauncher, type Launcher } from '../service/launcher.ts';
import { startDaemon } from '../service/start.ts';

export type SetupChoice = {
  readonly human: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly keyStore: KeyStore | undefined;
};

export type SetupResult = {
  readonly approver: Approver;
  readonly launcher: Launcher | undefined;
  readonly createdNow: boolean;
  readonly warning: string | undefined;
};

export const setup: Command = {
  usage: [
    'setup [--passphrase-file FILE] [--human NAME] [--key-store keychain|file]',
    'setup --client-id ID [--hub URL]',
  ],
  about: 'Creates the home folder, starts the daemon and enrols you as the first approver. Doing it twice is harmless.',
  options: {
    ...PASSPHRASE_OPTION,
    human: { type: 'string', value: 'NAME', help: 'your name; the login name unless given' },
    'key-store': { type: 'string', value: 'keychain|file', help: 'where a key without a passphrase goes' },
    'client-id': { type: 'string', value: 'ID', help: 'for `login`: as which client, from whoever runs the hub of your team' },
    hub: { type: 'string', value: 'URL', help: 'for `login`: where that hub is; there is none for everybody' },
  },
  examples: ['countersign setup', 'countersign setup --human ada'],
  async run(input, context) {
    const known = readHub(context.paths.home);
    const hub = chosenHub({ hub: input.text('hub'), clientId: input.text('client-id') }, known);
    const { approver, launcher, createdNow, warning } = await setUp(context, setupChoice(input));
    if (warning !== undefined) context.note(`warning: ${warning}`);
    if (launcher !== undefined) context.note(launcherNote(launcher));
    if (hub !== undefined) writeHub(context.paths.home, hub);
    if (input.flag('json')) {
      context.printJson({ home: context.paths.home, created: createdNow, approver, ...(hub ?? known) });
    } else {
      const { bold, dim } = context.style;
      context.print(`${createdNow ? 'Ready.' : 'Already set up.'} ${bold(approver.human)} approves with a ${approver.factor} key.`);
      context.print(dim(`home ${context.paths.home}`));
      if (createdNow) context.print(dim('next: countersign run -- CMD · countersign pending · countersign demo'));
      if (hub !== undefined) context.print(dim(`next: countersign login, at ${hub.hub}`));
    }
    return EXIT.ok;
  },
}; // prettier-ignore

function setupChoice(input: Input): SetupChoice {
  const keyStore = input.text('key-store');
  if (keyStore !== undefined && keyStore !== 'keychain' && keyStore !== 'file') {
    throw new UsageError(`\`${keyStore}\` is neither \`keychain\` nor \`file\``);
  }
  return { human: input.text('human'), passphraseFile: input.text('passphrase-file'), keyStore };
}

/** Safe to repeat after any interruption: the key is written before it is enrolled and found again. */
export async function setUp(context: Context, choice: SetupChoice): Promise<SetupResult> {
  createFolders(context);
  const launcher = installLauncher(context);
  const path = keyFilePath(context.paths.keys, undefined);
  const existing = readKeyFile(path);
  // Asked before the daemon is started, so that Ctrl-C at the question leaves nothing running.
  const fresh = existing === undefined ? await newKey(context, choice) : undefined;
  await startDaemon(context);
  const approvers = await context.control.call('approvers');
  const enrolled = approvers.find(({ publicKey }) => publicKey === existing?.publicKey);
  if (enrolled !== undefined) return { approver: enrolled, launcher, createdNow: false, warning: undefined };
  if (approvers.length > 0) {
    throw new CountersignError('conflict', 'this home has an approver already, whose key is not here');
  }
  if (fresh !== undefined) writeKeyFile(path, fresh.file);
  const key = fresh ?? (await interruptedKey(context, path, choice));
  return { approver: await enrolKey(context, key), launcher, createdNow: true, warning: warningFor(key.file) };
}

function createFolders({ paths }: Context): void {
  for (const folder of [paths.home, paths.keys, paths.policies]) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

async function newKey(context: Context, { human, passphraseFile, keyStore }: SetupChoice): Promise<NewKey> {
  const passphrase = await choosePassphrase(context, passphraseFile, keyStore);
  return createKey(human ?? userInfo().username, passphrase, keyStore);
}

async function choosePassphrase(
  context: Context,
  file: string | undefined,
  store: KeyStore | undefined,
): Promise<string> {
  if (file !== undefined) {
    const passphrase = readNewPassphraseFile(file);
    if (passphrase === '') throw new UsageError(`the passphrase file \`${file}\` is empty`);
    return passphrase;
  }
  return canAsk(context) && store === undefined ? askNewPassphrase(context) : '';
}

/** A key file that an earlier setup wrote and could not enrol. */
async function interruptedKey(context: Context, path: string, { passphraseFile }: SetupChoice): Promise<NewKey> {
  const file = readKeyFile(path);
  if (file === undefined) throw new CountersignError('not_enrolled', `\`${path}\` is gone`);
  return { file, privateKey: await openWithWhatThereIs(context, file, { passphraseFile }) };
}

/** Where the command is, and what is missing for it to be found. */
export function launcherNote({ file, onPath }: Launcher): string {
  return onPath
    ? `\`countersign\` is in ${file}`
    : `\`countersign\` is in ${file}; add its folder to your PATH to type it anywhere`;
}
