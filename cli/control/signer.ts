/** Who signs for this terminal: the key left by `unlock`, or a fresh unlocking where that is possible. */
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';

import { controlMessage } from '../../protocol/approval.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { signText, type Voter } from '../../sdk/typescript/votes.ts';
import { UsageError, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { openKey, readKeyFile, type KeyFile } from '../keys/key-file.ts';
import { canAsk, readPassphraseFile } from '../keys/passphrase.ts';
import { createWrapKey, readSessionKey, writeSessionKey } from '../keys/session-key.ts';
import { readSecret } from '../terminal/read-secret.ts';

/** Which key, and where its passphrase comes from. */
export type KeyChoice = {
  readonly as?: string | undefined;
  readonly passphraseFile?: string | undefined;
  /** Typed already. */
  readonly passphrase?: string | undefined;
};

export type Unlocked = { readonly voter: Voter; readonly human: string; readonly expiresAt: number };

const MAX_TRIES = 3;

export function keyChoice(input: Input): KeyChoice {
  return { as: input.text('as'), passphraseFile: input.text('passphrase-file') };
}

export function keyFilePath(keysFolder: string, name: string | undefined): string {
  if (name === undefined) return join(keysFolder, 'approver.json');
  if (!/^[\w.@-]{1,64}$/.test(name)) throw new UsageError(`\`${name}\` cannot be the name of a key`);
  return join(keysFolder, `approver-${name}.json`);
}

/** The voter of this terminal; unlocks it first when it is locked. */
export async function openVoter(context: Context, choice: KeyChoice): Promise<Voter> {
  const open = await openedVoter(context, choice);
  return open ?? (await unlockTerminal(context, choice)).voter;
}

/** Makes sure that this terminal may decide. */
export async function ensureUnlocked(context: Context, choice: KeyChoice): Promise<void> {
  const { unlocked } = await context.control.call('status');
  if (!unlocked) await unlockTerminal(context, choice);
}

/** The voter an earlier unlocking left, if it did. */
export async function openedVoter(context: Context, { as }: KeyChoice): Promise<Voter | undefined> {
  // Asked first: trying a door that is known to be shut would stand in the trace as a refusal.
  if (!(await context.control.call('status')).unlocked) return undefined;
  const held = await context.control.call('wrapKey');
  if (as !== undefined && held.approver !== (await approverId(context, requireKeyFile(context, as)))) return undefined;
  const privateKey = readSessionKey(context.paths.run, held.terminal, held.wrapKey);
  return privateKey && { approver: held.approver, privateKey };
}

/** Opens a control session for this terminal and leaves the key for the next command. */
export async function unlockTerminal(context: Context, choice: KeyChoice): Promise<Unlocked> {
  const file = requireKeyFile(context, choice.as);
  const approver = await approverId(context, file);
  const privateKey = await openWithWhatThereIs(context, file, choice);
  const { nonce, daemonId, terminal } = await context.control.call('challenge');
  const wrapKey = createWrapKey();
  const signature = signText(controlMessage('unlock', { nonce, daemonId, terminal }), privateKey);
  const reply = await context.control.call('unlock', { body: { approver, nonce, signature, wrapKey } });
  writeSessionKey(context.paths.run, reply.terminal, wrapKey, privateKey);
  return { voter: { approver, privateKey }, human: file.human, expiresAt: reply.expiresAt };
}

export function requireKeyFile(context: Context, as: string | undefined): KeyFile {
  const file = readKeyFile(keyFilePath(context.paths.keys, as));
  if (file === undefined) throw new CountersignError('not_enrolled', `there is no key${as === undefined ? '' : ` of \`${as}\``} in this home`); // prettier-ignore
  return file;
}

export async function approverId(context: Context, file: KeyFile): Promise<string> {
  const approvers = await context.control.call('approvers');
  const approver = approvers.find(({ publicKey }) => publicKey === file.publicKey);
  if (approver === undefined) throw new CountersignError('not_enrolled', 'the key in this home is not enrolled');
  return approver.id;
}

export async function openWithWhatThereIs(context: Context, file: KeyFile, choice: KeyChoice): Promise<KeyObject> {
  if (file.factor !== 'passphrase') {
    context.note(`unlocking without a passphrase (${file.factor} key); any process of yours could do the same`);
    return openKey(file, undefined);
  }
  if (choice.passphrase !== undefined) return openKey(file, choice.passphrase);
  if (choice.passphraseFile !== undefined) return openKey(file, readPassphraseFile(choice.passphraseFile));
  if (!canAsk(context)) {
    throw new UsageError(
      'there is no terminal to ask for the passphrase; give `--passphrase-file FILE` here or once to `countersign unlock`',
    );
  }
  return askAndOpen(context, file);
}

async function askAndOpen(context: Context, file: KeyFile): Promise<KeyObject> {
  for (let tries = 1; ; tries++) {
    const passphrase = await readSecret(`Passphrase of ${file.human}: `, context);
    try {
      return await openKey(file, passphrase);
    } catch (error) {
      const again = error instanceof CountersignError && error.code === 'bad_passphrase' && tries < MAX_TRIES;
      if (!again) throw error;
      context.stderr.write('That does not open the key.\n');
    }
  }
}
