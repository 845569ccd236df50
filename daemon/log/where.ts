/** Where the log goes: the journal when systemd reads it, else a file of our own, and whoever started it in the foreground. */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

import { openRotatingFile, type LineSink } from './rotating-file.ts';

const STDERR = 2;

/** Until the home is ours. */
export const STANDARD_ERROR: LineSink = {
  write(line) {
    try {
      writeSync(STDERR, line);
    } catch {
      // A reader that went away hears nothing more.
    }
  },
};

/** Throws when the file cannot be opened. */
export function openLogSink(path: string, env: Readonly<Record<string, string | undefined>>): LineSink {
  if (isJournal(env['JOURNAL_STREAM'])) return STANDARD_ERROR;
  const file = openRotatingFile(path);
  if (!isWatched(path)) return file;
  return {
    write(line) {
      file.write(line);
      STANDARD_ERROR.write(line);
    },
  };
}

/** systemd names the device and inode of the stream it reads; anything else was inherited from somewhere. */
function isJournal(stream: string | undefined): boolean {
  const stats = standardError();
  return stats !== undefined && stream === `${stats.dev}:${stats.ino}`;
}

/** A terminal or a pipe; not a file, which may be this very log. */
function isWatched(path: string): boolean {
  const stats = standardError();
  if (stats === undefined || !(stats.isFIFO() || stats.isSocket() || isatty(STDERR))) return false;
  const log = statSync(path, { throwIfNoEntry: false });
  return log === undefined || log.ino !== stats.ino || log.dev !== stats.dev;
}

function standardError() {
  try {
    return fstatSync(STDERR);
  } catch {
    // It was closed before we were started.
    return undefined;
  }
}
