/** `countersign demo`: a short true story with real commands. */
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { createScratch } from '../demo/scratch.ts';
import { tellStory, type StoryEnd } from '../demo/story.ts';
import { EXIT } from '../exit-codes.ts';
import { canAsk } from '../keys/passphrase.ts';
import { stopDaemon } from '../service/stop.ts';
import { setUp } from './setup.ts';

export const demo: Command = {
  usage: ['demo [--auto]'],
  about: 'Plays a short true story with real commands in a scratch repository and a scratch home, then removes both.',
  options: { auto: { type: 'boolean', help: 'decide by itself, with an approver of its own' } },
  examples: ['countersign demo', 'countersign demo --auto'],
  async run(input, context) {
    const auto = input.flag('auto');
    if (!auto && !canAsk(context)) throw new UsageError('without a terminal nobody can decide; use `demo --auto`');
    const json = input.flag('json');
    const end = await playInScratch(context, auto, json);
    if (json) context.printJson(end);
    return end.verified ? EXIT.ok : EXIT.failure;
  },
};

/** Leaves nothing behind, however it ends: no daemon, no folder. */
async function playInScratch(base: Context, auto: boolean, json: boolean): Promise<StoryEnd> {
  const scratch = createScratch(base);
  const context: Context = json ? { ...scratch.context, print: () => undefined } : scratch.context;
  const quiet: Context = { ...context, note: () => undefined };
  const onSignal = (): void => {
    void cleanUp(context, scratch.remove).then(() => process.exit(EXIT.failure));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal);
  try {
    await setUp(quiet, { human: 'you', passphraseFile: undefined, keyStore: 'file' });
    return await tellStory({ context: quiet, repo: scratch.repo, auto });
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
    await cleanUp(context, scratch.remove);
    context.print(context.style.dim('The scratch repository and its daemon are gone.'));
  }
}

async function cleanUp(context: Context, remove: () => void): Promise<void> {
  // The folder has to go even when the daemon in it is already gone or never came up.
  await stopDaemon(context).catch((error: unknown) => context.note(String(error)));
  remove();
}
