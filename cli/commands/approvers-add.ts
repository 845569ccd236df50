/** `countersign approvers add`: enrols another human, with the consent of one who is enrolled. */
import { existsSync, rmSync } from 'node:fs';

import { CountersignError } from '../../protocol/errors.ts';
import { UsageError, type Command } from '../command.ts';
import { createKey, enrolKey, warningFor } from '../control/enrol.ts';
import { keyFilePath, openVoter } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { writeKeyFile } from '../keys/key-file.ts';
import { askNewPassphrase, AS_OPTION, canAsk, PASSPHRASE_OPTION, readNewPassphraseFile } from '../keys/passphrase.ts';
import { printable } from '../terminal/printable.ts';

export const approversAdd: Command = {
  usage: ['approvers add --human NAME [--new-passphrase-file FILE]'],
  about: 'Makes a key for another human on this machine and enrols it. You, who are enrolled, consent by signing.',
  options: {
    human: { type: 'string', value: 'NAME', help: 'whose key it is; distinct humans count towards a quorum' },
    'new-passphrase-file': { type: 'string', value: 'FILE', help: 'the passphrase of the new key' },
    ...PASSPHRASE_OPTION,
    ...AS_OPTION,
  },
  examples: ['countersign approvers add --human robin', 'countersign approve 7f3a --as robin'],
  async run(input, context) {
    const human = input.text('human');
    if (human === undefined) throw new UsageError('say whose key it is with `--human NAME`');
    const path = keyFilePath(context.paths.keys, human);
    if (existsSync(path)) throw new CountersignError('conflict', `there is a key of \`${human}\` already`);
    const file = input.text('new-passphrase-file');
    const given = file === undefined ? undefined : readNewPassphraseFile(file);
    if (given === undefined && !canAsk(context)) {
      throw new UsageError('without a terminal the new key needs `--new-passphrase-file FILE`');
    }
    const consenting = await openVoter(context, {
      as: input.text('as'),
      passphraseFile: input.text('passphrase-file'),
    });
    const key = await createKey(human, given ?? (await askNewPassphrase(context)), undefined);
    writeKeyFile(path, key.file);
    const approver = await enrolKey(context, key, consenting).catch((error: unknown) => {
      // A key that nobody enrolled is worth nothing, and would stand in the way of the next try.
      rmSync(path);
      throw error;
    });
    const warning = warningFor(key.file);
    if (warning !== undefined) context.note(`warning: ${warning}`);
    if (input.flag('json')) context.printJson(approver);
    else context.print(`${printable(human)} is enrolled and votes with \`--as ${human}\`.`);
    return EXIT.ok;
  },
};
