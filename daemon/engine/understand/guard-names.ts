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

const OWN_ENTRY = /(?:^|\/)countersign(?:\/[\w.-]+)*\/(?:bin\.js|main\.(?:ts|js)|cli\.js)$|\/bin\/countersign$|(?:^|\/)\.cache\/program\/[0-9a-f]{16}\/cli\/main\.js$/; // prettier-ignore
const LIKELY_ENTRY = /(?:^|\/)cli\/(?:bin\.js|main\.(?:ts|js))$/;
/** Commands that only people give, as far as others hardly have them. */
const VERBS = /^(?:down|uninstall|install|pause|resume|approve|deny|unlock|lock|setup|grants|trace|service|agents|approvers|policy|config)$/; // prettier-ignore

/** Whether a script with its first argument is Countersign's own command line; `maybe` when another's may be called so. */
export function guardEntry(
  script: string,
  verb: string | undefined,
  checkout: () => boolean | undefined,
): 'own' | 'maybe' | undefined {
  // prettier-ignore
  if (OWN_ENTRY.test(script)) return 'own';
  if (!LIKELY_ENTRY.test(script)) return undefined;
  const own = checkout();
  if (own === true || verb === 'mode') return 'own';
  return own === undefined && VERBS.test(verb ?? '') ? 'maybe' : undefined;
}

/** Whether the package around `cli/` calls itself Countersign. */
export function namesOwnPackage(text: string): boolean {
  return /"name"\s*:\s*"countersign(?:-workspace)?"/.test(text);
}
