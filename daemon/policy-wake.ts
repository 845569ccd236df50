/** Looks at the policies as soon as the system tells of an edit; the tick stays the net below it. */
import type { Log } from './log/log.ts';

/** Two looks that agree make an edit settled; a save is over sooner than this. */
const SETTLE_MS = 40;

/** Never throws: a system without watches left notices edits on its tick, as it says in the log. */
export async function wakeOnEdit(folder: string, log: Log, look: () => void): Promise<void> {
  const tellOnce = (error: unknown): void => {
    log.part('policy').warn('the system tells of no edits; they are noticed within a second', { err: error });
  };
  let settling: NodeJS.Timeout | undefined;
  try {
    // Loaded late: nothing waits for it.
    const { watch } = await import('chokidar');
    const watcher = watch(folder, { ignoreInitial: true, depth: 0 });
    watcher.once('error', (error) => {
      tellOnce(error);
      void watcher.close();
    });
    watcher.on('all', () => {
      if (settling === undefined) look();
      clearTimeout(settling);
      settling = setTimeout(() => {
        settling = undefined;
        look();
      }, SETTLE_MS);
    });
  } catch (error) {
    tellOnce(error);
  }
}
