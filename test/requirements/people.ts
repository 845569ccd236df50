/** What is for people, and what the command says to them. */
export const people = {
  'people:only': 'every command that changes something is refused below a guarded agent, and nothing has changed then',
  'people:without-daemon': 'also without a daemon to ask, a process below a guarded run changes nothing',
  'people:stopped': 'what a person stopped is started by a person alone, and that is said',
  'people:uninstall': 'uninstall stops the daemon, leaves no empty folder, and says when there was nothing to take out',
  'people:no-service': 'taking away a service that is not there leaves the daemon alone',
  'people:left-keys': 'keys of terminals that were unlocked go when the daemon starts anew',
} as const;
