/** Behaviours promised when nothing can be written down, and of what is written down later. */
export const spool = {
  'spool:imported': 'what ran while nobody could be asked is in the trace once the daemon is back, marked as such',
  'spool:covered': 'what was spooled never looks like a decision, and says when no observe period covers it',
  'spool:allowance': 'an import and a day bring no more into the trace than they may; the rest is counted and kept',
  'spool:odd-places':
    'folders, pipes and links in the places of the spool count for nothing and keep nothing from being imported',
  'spool:once': 'every spooled line is in the trace exactly once, however often the import is killed',
  'spool:late-writers': 'a client that was in the middle of writing loses no line to an import',
  'spool:hostile':
    'spooled lines are hostile input: they decide, grant and deny nothing, and what is no question is counted',
  'spool:bounded': 'a full spool takes no more and says what it dropped',
  'spool:disk-full':
    'in observe mode a full disk stops nothing; what ran meanwhile is in the trace once there is space',
  'storage:locked': 'a trace that another program holds is said as that, and never as a full disk',
  'storage:full':
    'on a full disk what would be asked about is denied with what to do, the harmless runs, and space alone mends it',
  'storage:full-start': 'a daemon starts on a full disk, says so, and goes on once there is space',
  'storage:full-runs':
    'a run begins on a full disk, stays governed when the daemon starts again there, and is saved later',
  'storage:full-files': 'a full disk never truncates the files that are kept beside the trace',
  'storage:read-only': 'on a home that became read-only what would be asked about is denied and the rest runs',
  'spool:kill-loop': 'a daemon that is killed at random moments under load loses no acknowledged decision',
} as const;
