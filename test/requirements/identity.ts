/** Behaviours promised by identity. */
export const identity = {
  'identity:descendants': 'every descendant of a registered process belongs to its run, however deep',
  'identity:orphan': 'a process seen in a run stays in it when its parents are gone',
  'identity:pid-reuse': 'a new process that got an old pid is not taken for the old one',
  'identity:pid-read': 'a process is read as it is, whatever its name, and not at all once it is gone',
  'identity:pid-files': 'looking at many processes keeps a bounded number of files open',
  'identity:nested': 'a run opened inside a run stays in the outer session',
  'identity:restart': 'a run stays governed, denied and revoked across a restart of the daemon',
  'identity:revoked': 'a revoked run is known as such to all its processes',
  'identity:clock': 'what is granted for a time ends with either clock, and at any step back',
  'identity:unsaved': 'a run begins on a full disk, is saved once there is space, and what is unsaved is said',
  'identity:taken-in':
    'after a restart that knew of no run, inner and outer run are one session whichever comes back first',
  'identity:many-runs': 'a run that goes on is never forgotten, however many come after it',
  'control:unlock': 'a control session takes a fresh nonce, this terminal and an enrolled key',
  'control:idle': 'a control session ends after fifteen idle minutes',
  'control:governed-first': 'a governed peer is refused before anything else is looked at',
  'control:locked': 'deciding takes a control session of the same terminal',
  'approver:consent': 'a further approver is enrolled only with the consent of an enrolled one',
} as const;
