/** What is for people, and what the command says to them. */
export const people = {
  'people:only': 'every command that changes something is refused below a guarded agent, and nothing has changed then',
  'people:without-daemon': 'also without a daemon to ask, a process below a guarded run changes nothing',
  'people:stopped': 'what a person stopped is started by a person alone, and that is said',
} as const;
