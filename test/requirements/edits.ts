/** Behaviours promised of policies and settings that are edited while an agent could be the one who edits them. */
export const edits = {
  'edits:wait':
    'while a governed process is left, an edit of policies, settings or a Rego bundle stays out of force and is told of',
  'edits:after-run': 'an edit made while an agent ran goes on waiting when it is gone, also one of its last moment',
  'edits:left-behind': 'a process that a run left behind holds edits up as the run did',
  'edits:at-once': 'an edit made while no agent is left comes into force at once',
  'edits:put-back': 'putting the accepted files back clears what waits, and what says the same never waits',
  'edits:emptied': 'a file that is emptied, broken or missing keeps nothing looser in force than was accepted',
  'edits:links': 'links, renames and times of change bring nothing into force that was not accepted',
  'edits:accept': 'a person with a control session accepts exactly the edit they were shown; the trace says who',
  'edits:swapped': 'an edit that is swapped between the look and the acceptance is refused',
  'edits:not-by-agents': 'a governed process can neither accept an edit nor discard it',
  'edits:broken': 'an edit that does not load cannot be accepted',
  'edits:discard': 'discarding puts the accepted files back and keeps the edit aside',
  'edits:discard-links': 'discarding writes nothing behind a link that was put in the place of a file or folder',
  'edits:restart': 'a daemon that is killed in the middle starts with what was accepted, and the edit waits',
  'edits:restart-quiet': 'an edit made while neither a daemon nor an agent is there comes into force at the start',
  'edits:forged-copy': 'where nothing proves what was accepted the strictest rules hold until a person accepts',
  'edits:forgotten-runs': 'taking the list of runs away frees no edit',
  'edits:prepared': 'prepared rules that the trace does not name are not believed',
  'edits:start': 'what holds at a start follows from what the trace knows, what lies there and who may have been there',
  'edits:org': 'policies of the organisation are taken only from files and folders that only an administrator writes',
} as const;
