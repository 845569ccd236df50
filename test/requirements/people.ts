/** What is for people, and what the command says to them. */
export const people = {
  'people:only': 'every command that changes something is refused below a guarded agent, and nothing has changed then',
  'people:inside':
    'what the trace, the policies and the settings say is not read out below a guarded agent; judging a command is',
  'people:without-daemon': 'also without a daemon to ask, a process below a guarded run changes nothing',
  'people:stopped': 'what a person stopped is started by a person alone, and that is said',
  'people:uninstall': 'uninstall stops the daemon, leaves no empty folder, and says when there was nothing to take out',
  'people:no-service': 'taking away a service that is not there leaves the daemon alone',
  'people:left-keys': 'keys of terminals that were unlocked go when the daemon starts anew',
  'people:broken-policy':
    'a policy that does not load is named with its place and remedy where the daemon does not start',
  'people:config-in-force': 'config show never shows as in force what the running daemon did not take',
  'people:one-shot': 'a passphrase file given to one command leaves the terminal as it was',
  'people:short-passphrase': 'a new passphrase of less than eight characters is refused with the reason',
  'people:arguments-first': 'what cannot be carried out is said before a passphrase is asked for',
  'people:next-step': 'install and the help of completion say what a person has to type next',
  'people:pause-told': 'status tells who paused and why',
} as const;
