/** Behaviours promised of `countersign connect`, and of what watches over what it wrote. */
export const connect = {
  'connect:identity': 'disconnecting leaves every file of a client as it was before connecting, to the byte',
  'connect:once': 'connecting twice changes nothing the second time',
  'connect:keeps': 'comments, order, line ends, a byte order mark and other hooks stay',
  'connect:edited': 'what a person or the client wrote meanwhile stays when ours is taken out',
  'connect:refuses':
    'files that cannot be understood, or that are not plainly the person’s own, are left alone; it says where',
  'connect:symlinked': 'a settings file behind a symbolic link of the person stays behind it',
  'connect:command': 'the command line survives blanks and quotes in its path, and names client, event and time',
  'connect:closed': 'timeouts and what closes on failure are set in the units of each client',
  'connect:readable': 'a change is shown as a person would read the file, with hidden characters spelled out',
  'connect:asks': 'nothing is written before a person agreed, and a dry run writes nothing',
  'connect:backup': 'a copy of each file is kept beside it, once, and goes when the file is as it was',
  'connect:all-or-nothing': 'when one file of a client cannot be written, the others are put back',
  'connect:codex-trust': 'Codex trusts our hooks by the hashes that Codex computes',
  'connect:plugins': 'our plugins deny whenever their hook is missing, killed, silent or prints no whole verdict',
  'connect:watched': 'a hook that disappears, changes, loses trust or is switched off is told of, and when it is back',
  'connect:canary':
    'doctor starts the configured command itself and sees that a denial is printed as the client reads it',
  'connect:protected': 'an agent that edits the settings that hold hooks is held',
  'connect:uninstall': 'uninstalling takes the hooks out of the clients first',
} as const;
