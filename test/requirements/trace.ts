/** Behaviours promised by trace. */
export const trace = {
  'trace:tree': 'the tree has the published roots of RFC 6962',
  'trace:signed-note': 'checkpoints are signed notes that others can check',
  'trace:intact': 'a trace that nobody touched holds, whatever was written',
  'trace:changed-byte': 'a single changed byte of a frame is found',
  'trace:moved': 'frames that were moved, removed or inserted are found',
  'trace:cut-off': 'a cut-off end is found, also when the checkpoints are cut with it',
  'trace:witness': 'a witness file that was cut, spoilt or signed by another is found',
  'trace:torn-witness': 'half a checkpoint left by a power cut is mended, and nothing else is thrown away',
  'trace:append-only': 'the database refuses to change or delete frames',
  'trace:erase': 'erasing removes payload, salt and summary, and the chain still holds',
  'trace:lost-payload': 'a payload that went without having been erased is found',
  'trace:restart': 'the chain goes on after a restart',
  'trace:newer-schema': 'a trace of a newer version is refused politely and left alone',
  'trace:log': 'the log lists what was appended before the question, filtered, newest last',
  'trace:any-text': 'any text that an agent sends can be stored',
  'trace:poison': 'a frame that cannot be stored is refused alone',
} as const;
