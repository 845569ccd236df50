/** Behaviours promised by native. */
export const native = {
  'native:contract': 'the contract of the wire says of every example whether it is valid',
  'native:replies': 'the shim runs on allow and compute, and denies on anything it does not understand',
  'native:faithful': 'the tool gets the very arguments that were judged, whatever their bytes and size',
  'native:lost': 'a connection that breaks before a verdict denies in enforce mode and runs in observe mode',
  'native:unreachable': 'without a daemon only what looks runs in enforce mode, and all in observe mode',
  'native:read-only-variable':
    'where a variable alone keeps a looking command from running without a daemon, its name is said, not its value',
  'native:read-only':
    'without a daemon nothing runs that a repository could have chosen, such as a pager or a file monitor',
  'native:compute': 'a rewrite that names one of our own shims runs the tool behind it, without asking again',
  'native:environment': 'every variable that was chosen is told: one that does not fit is marked, and too many deny',
  'native:doubles':
    'of two chosen variables with one name the tool gets only what was judged; all others stay as they were',
  'native:first-reply': 'a daemon that trickles without ever answering is given up after ten seconds in all',
  'native:transparent': 'a tool behind its shim acts as it does without one',
  'native:stdin': 'the daemon is told what stdin is, also when it is closed and our connection could take its place',
  'native:waits': 'an interrupt while an action is held ends the command by that signal and the question with it',
  'native:held-signals':
    'while an action is held a signal does to the command what it would do to the tool; one that ends it withdraws the question',
  'native:held-streams': 'while an action is held its streams are left alone, and nobody has to read what it tells',
  'native:held-terminal':
    'at a terminal a held command can be interrupted, stopped, resumed and typed to like any other',
  'native:lookup': 'shells asked for every place of a tool name the shim first and then the tool',
  'native:observe-spool':
    'in observe mode without a daemon a command runs untouched, whatever became of the file that keeps it',
  'native:observe-errors': 'in observe mode an error of the daemon denies nothing, unless it speaks another version',
  'native:ssh': 'a command that comes over ssh is guarded, and ends as it would without a guard',
  'native:name': 'the tool is known by the file that was executed, and by what a script names after `#!`',
  'native:steering': 'variables that choose a configuration, and functions handed to shells, are told to the judge',
  'native:exhausted': 'without a file descriptor left the denial says what is short',
  'native:trust': 'settings or a daemon that another user could have put there are refused',
  'native:two-homes': 'shims of two installations in one PATH ask once and reach the tool',
  'native:platform-folders': 'a daemon that a client starts uses the folders that were fixed at the installation',
  'native:auto-start': 'the daemon is started with nothing of the environment of whoever needed it',
  'native:start-remembered': 'after a failed start further commands deny at once',
  'native:start-places': 'a folder in the place of the mark or the lock of starting keeps no daemon from starting',
  'native:stopped': 'after a person stopped the daemon nothing starts it, and the denial says who can',
  'native:start-ignored-children':
    'a caller that ignores how its children end gets the daemon started once all the same, through its service',
  'native:uninstall': 'uninstalling takes out what was installed and nothing else',
  'native:shells': 'after installation a shell finds the shim first, once, however it was started',
  'native:reader': 'the reader of replies stays within its memory, and what it accepts means what JSON says',
  'native:build': 'the native clients build with any C compiler, and say so plainly without one',
  'native:not-found': 'a tool that does not exist is reported as a shell would',
  'native:start-files': 'start files get one block however often, and uninstall leaves them byte for byte as they were',
} as const;
