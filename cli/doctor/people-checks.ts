/** Who decides, and what keeps their keys. */
import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Approver } from '../../protocol/approval.ts';
import { ApproverList } from '../../protocol/control-api.ts';
import { keyFilePath } from '../control/signer.ts';
import { readKeyFile } from '../keys/key-file.ts';
import { plural } from '../show/status.ts';
import { fail, ok, skipped, warn, word, type Check, type Finding } from './check.ts';
import type { Scene } from './scene.ts';

const PROBE = fileURLToPath(new URL('keychain-probe.ts', import.meta.url));
/** A locked keychain may open a window and wait for ever. */
const KEYCHAIN_MS = 5_000;

export const PEOPLE_CHECKS: readonly Check[] = [
  { id: 'approver.enrolled', group: 'People', needs: ['folder.keys'], look: enrolled },
  { id: 'approver.key', group: 'People', needs: ['approver.enrolled'], look: key },
  { id: 'approver.files', group: 'People', needs: ['folder.keys'], look: files },
  { id: 'keychain.usable', group: 'People', look: keychain },
];

function approversIn(keys: string): readonly Approver[] {
  const file = join(keys, 'approvers.json');
  return existsSync(file) ? ApproverList.parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
}

function enrolled({ context: { paths } }: Scene): Finding {
  const approvers = approversIn(paths.keys);
  if (approvers.length === 0) return fail('nobody is enrolled; what is held cannot be approved', 'countersign setup');
  const humans = new Set(approvers.map(({ human }) => human));
  return ok(`${plural(approvers.length, 'approver')} of ${plural(humans.size, 'human')}`);
}

function key({ context: { paths } }: Scene): Finding {
  const own = readKeyFile(keyFilePath(paths.keys, undefined));
  if (own === undefined) return warn('no key on this machine decides without `--as NAME`', 'countersign approvers list');
  if (!approversIn(paths.keys).some(({ publicKey }) => publicKey === own.publicKey)) return fail(`the key of ${own.human} is not enrolled`, 'countersign setup');
  if (own.factor === 'passphrase') return ok(`the key of ${own.human} is under a passphrase`);
  return warn(`the key of ${own.human} opens without a passphrase (${own.factor}); it does not count above 80`, `countersign approvers add --human ${word(own.human)}`);
} // prettier-ignore

function files({ context: { paths } }: Scene): Finding {
  const open = readdirSync(paths.keys).filter((name) => {
    const found = lstatSync(join(paths.keys, name));
    return found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0;
  });
  if (open.length === 0) return ok('key files are yours and closed to others');
  const names = open.map((name) => word(join(paths.keys, name))).join(' ');
  return fail(`open to others: ${open.join(', ')}`, `chmod 600 ${names}`);
}

/** Reads only. In a process of its own, which can be ended when the keychain asks somebody. */
async function keychain({ context: { env, paths } }: Scene): Promise<Finding> {
  const file = keyFilePath(paths.keys, undefined);
  const own = existsSync(file) ? readKeyFile(file)?.key : undefined;
  if (own?.kind === 'scrypt') return skipped('your key is under a passphrase; no keychain is needed');
  const entry = own?.kind === 'keychain' ? [own.service, own.account] : [];
  const problem = missingBus(env) ?? (await probe(entry, env));
  if (problem === undefined) return ok(entry.length === 0 ? 'the keychain answers' : 'the keychain holds your key');
  const remedy =
    process.platform === 'darwin' ? 'security unlock-keychain' : 'gnome-keyring-daemon --start --components=secrets';
  if (entry.length > 0) return fail(`your key cannot be taken from the keychain: ${problem}`, remedy);
  return warn(`no keychain (${problem}): a key without a passphrase lies in a plain file`, remedy);
}

/** Without a secret service Linux keeps what is stored until the next start of the machine, which is no place for a key. */
function missingBus(env: Scene['context']['env']): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const named = /^unix:path=([^,;]+)/.exec(env['DBUS_SESSION_BUS_ADDRESS'] ?? '')?.[1];
  const bus = named ?? `${env['XDG_RUNTIME_DIR'] ?? ''}/bus`;
  return env['DBUS_SESSION_BUS_ADDRESS']?.startsWith('unix:abstract') === true || existsSync(bus)
    ? undefined
    : 'no session bus';
}

async function probe(entry: readonly string[], env: Scene['context']['env']): Promise<string | undefined> {
  return promisify(execFile)(process.execPath, [PROBE, ...entry], { env: { ...env }, timeout: KEYCHAIN_MS }).then(
    () => undefined,
    (error: { stderr?: string; killed?: boolean }) => (error.killed === true ? 'it does not answer' : (error.stderr ?? '').trim()),
  );
} // prettier-ignore
