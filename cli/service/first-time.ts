/** Brings Countersign up; the first time, sets it up as well, so that there is somebody to ask. */
import { existsSync } from 'node:fs';

import { launcherNote, setUp } from '../commands/setup.ts';
import type { Context } from '../context.ts';
import { keyFilePath } from '../control/signer.ts';
import { startDaemon } from './start.ts';

/** True when it was the first time. Everything it says goes to standard error: what runs next owns standard output. */
export async function ready(context: Context): Promise<boolean> {
  const first =
    !existsSync(keyFilePath(context.paths.keys, undefined)) && context.env['COUNTERSIGN_SESSION'] === undefined;
  if (!first) {
    const { startedNow, wasStopped } = await startDaemon(context);
    if (startedNow && wasStopped) context.note('a person had stopped it; started');
    return false;
  }
  context.note('first run: setting up, so that somebody can approve what is held');
  const choice = { human: undefined, passphraseFile: undefined, keyStore: undefined };
  const { approver, launcher, warning } = await setUp(context, choice);
  context.note(`${approver.human} approves with a ${approver.factor} key`);
  if (launcher !== undefined) context.note(launcherNote(launcher));
  if (warning !== undefined) context.note(`warning: ${warning}`);
  return true;
}
