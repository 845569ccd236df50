/** Names by which Countersign's daemon, its lock and its sockets are found, wherever its home folder lies. */

const GUARD_NAME =
  /countersign|(?:^|[^\w.-])daemon\.lock\b|(?:^|[^\w.-])(?:agent|control)\.sock\b|\bdaemon\/main(?:\.ts|\.js)?\b/i;

/** Whether a word of a program that stops things, or the substitution it comes from, speaks of Countersign. */
export function namesGuard(text: string): boolean {
  return GUARD_NAME.test(text);
}

/** Whether text reads the file that holds the number of the daemon's process. */
export function namesLock(text: string): boolean {
  return text.includes('daemon.lock');
}

const OWN_ENTRY = /(?:^|\/)countersign(?:\/[\w.-]+)*\/(?:bin\.js|main\.ts|cli\.js)$/;
const LIKELY_ENTRY = /(?:^|\/)cli\/(?:bin\.js|main\.ts)$/;

/** Whether a script with its first argument is Countersign's own command line; `maybe` when another's may be called so. */
export function guardEntry(script: string, verb: string | undefined): 'own' | 'maybe' | undefined {
  if (OWN_ENTRY.test(script)) return 'own';
  if (!LIKELY_ENTRY.test(script)) return undefined;
  if (verb === 'mode') return 'own';
  return /^(?:down|uninstall|pause|approve)$/.test(verb ?? '') ? 'maybe' : undefined;
}
