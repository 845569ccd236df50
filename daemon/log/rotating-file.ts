/** A file that lines are appended to, set aside when it has grown large; only the last few are kept. */
import { closeSync, constants, existsSync, fchmodSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

export type LineSink = { write(line: string): void };

export type RotatingFileOptions = { readonly maxBytes: number; readonly files: number };

/** Ten megabytes are a month of an ordinary machine; five of them bound what a flood of failures takes. */
const ORDINARY: RotatingFileOptions = { maxBytes: 10 * 1024 * 1024, files: 5 };
const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Synchronous, so that the last line before a crash is there. INVARIANT: `write` never throws: a disk that takes no
 * log must not stop the gate. What was lost is counted and said once there is space. Opening throws.
 */
export function openRotatingFile(path: string, { maxBytes, files } = ORDINARY): LineSink {
  let { fd, size } = openForAppending(path);
  let lost = 0;
  let torn = false;

  const rotate = (): void => {
    for (let number = files - 1; number >= 1; number -= 1) {
      const from = number === 1 ? path : `${path}.${number - 1}`;
      if (existsSync(from)) renameSync(from, `${path}.${number}`);
    }
    const next = openForAppending(path);
    closeSync(fd);
    ({ fd, size } = next);
  };
  const put = (line: string): void => {
    const bytes = Buffer.from(torn ? `\n${line}` : line);
    if (size > 0 && size + bytes.length > maxBytes) rotate();
    const written = writeSync(fd, bytes);
    size += written;
    torn = written < bytes.length;
    if (torn) throw new Error('half a line');
  };

  return {
    write(line) {
      try {
        if (lost > 0) put(lostLine(lost));
        lost = 0;
        put(line);
      } catch {
        // Nowhere to say it now; the next line that can be written does.
        lost += 1;
      }
    },
  };
}

function openForAppending(path: string): { readonly fd: number; readonly size: number } {
  const fd = openSync(path, APPEND, 0o600);
  const stats = fstatSync(fd);
  if (!stats.isFile()) {
    closeSync(fd);
    throw new Error(`\`${path}\` is not a regular file`);
  }
  if ((stats.mode & 0o077) !== 0) fchmodSync(fd, 0o600);
  return { fd, size: stats.size };
}

function lostLine(lost: number): string {
  return `${JSON.stringify({ level: 'warn', at: new Date().toISOString(), part: 'log', message: 'lines were lost', lost })}\n`;
}
