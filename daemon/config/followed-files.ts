/** Notices changes of a few files by looking at them again: on every file system, however an editor saves. */
import { statSync } from 'node:fs';

/**
 * True once what the files are has changed since it was last true and has stayed as it is from one look to the next,
 * so that nobody reads a file in the middle of being saved. `list` may throw; that is a state like any other.
 */
export function followFiles(list: () => readonly string[]): () => boolean {
  const follow = followContent(list);
  return () => follow(() => true) ?? false;
}

/**
 * As `followFiles`, with what is read then; files that change while they are read are looked at again later. Two looks
 * that follow each other within `settleMs` are one.
 */
export function followContent(
  list: () => readonly string[],
  settleMs = 0,
  nowMs = (): number => performance.now(),
): <T>(read: () => T) => T | undefined {
  let known = signature(list);
  let seen = known;
  let seenMs = nowMs();
  return (read) => {
    const now = signature(list);
    const isSame = now === seen;
    if (!isSame) [seen, seenMs] = [now, nowMs()];
    if (!isSame || now === known || nowMs() - seenMs < settleMs) return undefined;
    const content = read();
    if (signature(list) !== now) return undefined;
    known = now;
    return content;
  };
}

function signature(list: () => readonly string[]): string {
  try {
    return list().map(stateOf).join('\n');
  } catch (error) {
    return String(error);
  }
}

/** A change of content without a new time of change (`ctime`) is not possible. */
function stateOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return `${file} -`;
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
