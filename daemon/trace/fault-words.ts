/** A failure of the trace in words that say what a person does about it. */

const ADVICE: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^(?:SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)$/, 'the disk is full; free disk space'],
  [/^SQLITE_(?:BUSY|LOCKED)/, 'another program holds `trace.db`; find it with `fuser` and end it, then try again'],
  [/^(?:SQLITE_READONLY|EROFS|EACCES|EPERM)/, 'make the home writable, then try again'],
  [/^(?:SQLITE_CORRUPT|SQLITE_NOTADB|SQLITE_IOERR_CORRUPTFS|SQLITE_IOERR_SHORT_READ)/, '`trace.db` is damaged and is being set aside; try again'],
  [/^(?:SQLITE_IOERR|SQLITE_CANTOPEN|EIO)/, '`trace.db` cannot be reached; see that its disk is well, then try again'],
]; // prettier-ignore

/** The code says more than the words: a full disk is an "I/O error" to a file that has to grow. */
export function faultWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const words = error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  const advice = adviceFor(error);
  return advice === undefined ? words : `${words}; ${advice}`;
}

function adviceFor(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (!('code' in at) || typeof at.code !== 'string') continue;
    const { code } = at;
    const found = ADVICE.find(([pattern]) => pattern.test(code));
    if (found !== undefined) return found[1];
  }
  return undefined;
}
