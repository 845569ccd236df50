/** The end of a daemon in which something failed that nobody foresaw: said, recorded, and nothing more answered. */
import type { Core } from './core.ts';

/** Told apart from a start that failed; a service manager starts it again. */
const FAILED_EXIT = 70;
/** As long as the trace's own thread is given for the last frame. */
const LAST_FRAME_MS = 300;

/** INVARIANT: after an error that nobody caught no verdict is given: clients whose connection breaks deny. */
export function endOnFailure({ log, events, record }: Core): void {
  const fail = (message: string, error: unknown): never => {
    log.fatal(message, { err: error });
    // Durable, so that it is sent at once.
    record([events.failed()]).catch(() => undefined); // the log has it already
    // This thread answers nobody while the other one writes.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_FRAME_MS);
    process.exit(FAILED_EXIT);
  };
  process.on('uncaughtException', (error) => fail('an error that nobody caught', error));
  process.on('unhandledRejection', (reason) => fail('a rejection that nobody handled', reason));
}
