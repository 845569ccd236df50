/** Behaviours promised of well-known commands in real repositories. */
export const reference = {
  'reference:built': 'in a project that is built and committed ordinary work passes, and what git has is asked about',
  'reference:work': 'what nothing can bring back is held, and what ruins more than the project takes several people',
  'reference:dependencies':
    'installed packages are only disposable while an ignore rule in HEAD and a lock file say so',
  'reference:force-push': 'a forced push to the default branch lists the commits that would be lost',
  'reference:elsewhere': 'a command on another machine never scores lower than here',
  'reference:denied': 'what was denied stays denied by any other command, and nothing else is denied with it',
  'find:measured': 'what a search would take is counted exactly where its tests can be told beforehand',
  'find:narrowing': 'a test of a search that cannot be told beforehand never makes less of what it takes',
  'find:split-names': 'names that a pipe would split make what is taken unknown',
  'reference:less-information': 'no command scores lower because a fact about it is unknown, and its points add up',
} as const;
