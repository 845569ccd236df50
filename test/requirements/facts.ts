/** Behaviours promised by facts. */
export const facts = {
  'facts:runs-nothing': 'looking starts no program that a repository configures',
  'facts:tree-states': 'a tree is counted by what git could bring back',
  'facts:regenerable': 'ignored files are regenerable only with an ignore rule in HEAD and a source to rebuild from',
  'facts:precious': 'keys, databases and .env files are named as precious even when ignored',
  'facts:hidden-changes': 'files that git was told not to compare count as changed',
  'facts:nested-repo': 'a repository inside a tree counts as lost unless a remote has all of it',
  'facts:no-follow': 'a walk never leaves the tree through a symlink',
  'facts:special-files': 'only regular files are read, and nothing waits for a FIFO',
  'facts:caps': 'a tree beyond the caps is counted incompletely and says so',
  'facts:budget': 'a look that hangs is ended by force and its question answered as unknown',
  'facts:retry': 'other questions survive a worker that had to be killed',
  'facts:never-rejects': 'whatever is asked, every need gets a record of its own kind or an unknown',
  'facts:location': 'a path is in the most severe place that applies to it',
  'facts:glob': 'a glob matches what a shell matches',
} as const;
