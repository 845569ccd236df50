/** Behaviours promised by trace. */
export const trace = {
  'trace:tree': 'the tree has the published roots of RFC 6962',
  'trace:signed-note': 'checkpoints are signed notes that others can check',
  'trace:intact': 'a trace that nobody touched holds, whatever was written',
  'trace:changed-byte': 'a single changed byte of a frame is found',
  'trace:moved': 'frames that were moved, removed or inserted are found',
  'trace:quick-verify': 'the quick way to verify says that a trace holds only when the thorough way does',
  'trace:cut-off': 'a cut-off end is found, also when the checkpoints are cut with it',
  'trace:witness': 'a witness file that was cut, spoilt or signed by another is found',
  'trace:torn-witness': 'half a checkpoint left by a power cut is mended, and nothing else is thrown away',
  'trace:append-only': 'the database refuses to change or delete frames',
  'trace:erase': 'erasing removes payload, salt and summary, and the chain still holds',
  'trace:log-holds': 'a line of the log that was changed, removed or added is found, also once its trace was erased',
  'trace:lost-payload': 'a payload that went without having been erased is found',
  'trace:restart': 'the chain goes on after a restart',
  'trace:newer-schema': 'a trace of a newer version is refused politely and left alone',
  'trace:log': 'the log lists what was appended before the question, filtered, newest last',
  'trace:pending': 'what waits for a human is found however much came after it',
  'trace:any-text': 'any text that an agent sends can be stored',
  'trace:poison': 'a frame that cannot be stored is refused alone',
  'trace:kill': 'every acknowledged durable frame survives a kill at any moment',
  'trace:disk-full': 'a full disk is told to whoever waits; the others are written once there is space',
  'trace:writer-lost': 'when the writer is gone everybody is told and nobody waits for ever',
  'trace:verify-live': 'verification works while frames are being written and when the daemon is stopped',
  'trace:recovery':
    'a damaged trace is kept aside byte for byte; the chain goes on from the last frame that can be trusted and tells what is missing for ever',
  'trace:rolled-back': 'an older copy in the place of the trace is found when it is opened',
  'trace:recovery-daemon': 'the daemon recovers a damaged trace at its start, says so, and goes on deciding durably',
  'trace:recovery-running': 'damage met while running ends in recovery; nothing above 30 is allowed on it',
  'trace:sweep':
    'what is erased by age or by order is gone from every byte of the store, and the chain still holds and tells of it',
  'trace:recovery-noted':
    'the status tells of damage over restarts until a person backed the trace up, and when the files set aside are gone',
  'trace:retention-waits':
    'settings that erase more than before are told of at once and wait for a week, over restarts and steps of the clock',
  'trace:retention-claims-first': 'room is made by what was only claimed before anything that was judged',
  'trace:backup': 'a backup is taken while frames are written, holds by itself, and has no private key',
  'trace:restore': 'a backup goes back in place; the present trace is set aside, and the gap is told for ever',
  'trace:cli-backup':
    'backup, `verify --file` and restore through the command line; frames go only when a person says so',
  'trace:cli-erase':
    'erasing through the command line needs a reason and a yes, and takes what was named and nothing else',
  'trace:cli-governed': 'a governed agent can neither back up, restore nor erase the trace',
  'trace:golden': 'a trace of an earlier release opens, verifies and reads as it did, byte for byte',
  'trace:upgrade': 'an upgrade happens as a whole or not at all, after a copy was put aside',
  'trace:kill-between':
    'a kill in the middle of recovery, upgrade, erasing, backup or restore leaves what was before or what comes after',
} as const;
