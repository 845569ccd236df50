/** Keeps frames and sends them in batches; telling what happened never fails and never waits. */
import { CountersignError, DaemonUnavailable } from './errors.ts';
import type { Frame } from './wire.ts';

export type Frames = {
  add(frame: Frame): void;
  /** Sends what is kept; throws when it could not be. */
  flush(): Promise<void>;
};

type Parts = {
  readonly send: (frames: readonly Frame[]) => Promise<void>;
  readonly warn: (message: string) => void;
};

/** So many are worth a call of their own. */
const FULL = 64;
/** The daemon takes so many at a time. */
const MAX_BATCH = 256;
/** Beyond this it would be the agent's memory that suffers for the record. */
const MAX_KEPT = 4_096;
/** Longest text of one frame. */
const MAX_TEXT_CHARS = 65_536;
const SOON_MS = 500;
const LATER_MS = 5_000;

export function createFrames({ send, warn }: Parts): Frames {
  const kept: Frame[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  let isWatching = false;

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const mine = sending.then(sendAll);
    sending = mine.catch(() => undefined);
    return mine;
  };

  async function sendAll(): Promise<void> {
    while (kept.length > 0) {
      const batch = kept.splice(0, MAX_BATCH);
      try {
        await sendBatch(send, batch);
      } catch (error) {
        if (error instanceof DaemonUnavailable && error.code === 'daemon_unreachable') kept.unshift(...batch);
        throw error;
      }
    }
  }

  const inBackground = () => {
    flush().catch((error: unknown) => {
      warn(`frames of this session were not recorded: ${String(error)}`);
      if (kept.length > 0) schedule(LATER_MS);
    });
  };

  function schedule(ms: number): void {
    timer ??= setTimeout(inBackground, ms).unref();
  }

  return {
    add(frame) {
      if (!isWatching) process.once('beforeExit', inBackground);
      isWatching = true;
      kept.push(...whole({ at: Date.now(), ...frame }));
      const over = kept.length - MAX_KEPT;
      if (over > 0) {
        kept.splice(0, over);
        warn('the oldest frames of this session were dropped: the daemon has been away for too long');
      }
      if (kept.length === FULL) inBackground();
      else schedule(SOON_MS);
    },
    flush,
  };
}

/** All or none is recorded of a batch: one bad frame does not take the others with it. */
async function sendBatch(send: Parts['send'], batch: readonly Frame[]): Promise<void> {
  try {
    await send(batch);
  } catch (error) {
    const isBad = error instanceof CountersignError && error.code === 'bad_request' && error.status === 400;
    if (!isBad || batch.length === 1) throw error;
    const middle = Math.ceil(batch.length / 2);
    const halves = [batch.slice(0, middle), batch.slice(middle)];
    const results = await Promise.allSettled(halves.map((half) => sendBatch(send, half)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

/** Long texts become several frames; no character is cut in two. */
function whole(frame: Frame): readonly Frame[] {
  if (frame.type === 'usage') return [frame];
  const parts: Frame[] = [];
  for (let rest = frame.text; rest !== '';) {
    const end = rest.length <= MAX_TEXT_CHARS ? rest.length : lastBreak(rest);
    parts.push({ ...frame, text: rest.slice(0, end) });
    rest = rest.slice(end);
  }
  return parts;
}

/** After a space where there is one, so that a secret is rarely cut; never inside of a surrogate pair. */
function lastBreak(text: string): number {
  const space = text.slice(0, MAX_TEXT_CHARS).search(/\s\S*$/);
  if (space > 0) return space + 1;
  const isPair = /[\ud800-\udbff]/.test(text[MAX_TEXT_CHARS - 1] ?? '');
  return isPair ? MAX_TEXT_CHARS - 1 : MAX_TEXT_CHARS;
}
