/** Behaviours promised for when something fails: closed, and said. */
export const failure = {
  'failure:killed': 'a daemon killed at any step lets nothing run that nobody allowed, and the trace holds and says so',
  'failure:killed-observing': 'in observe mode a daemon killed at any step keeps nothing from running',
  'failure:stopped':
    'a daemon that does not go on is a denial after ten seconds, and the stale question decides nothing',
  'failure:stopped-held':
    'a daemon that was stopped while a person decides goes on with the question, not with an answer',
  'failure:unanswered': 'a verdict that is on disk and was not heard counts as none for the client',
  'failure:sockets': 'a socket that is removed or replaced listens again, and the trace says so',
  'failure:lock': 'removing the lock lets no second daemon in, and the lock comes back',
  'failure:moved-home': 'a daemon whose home is another folder by now ends',
  'failure:folders': 'a folder that is a link, foreign, read-only or too long is a plain message and no daemon',
  'failure:planted-stance': 'a mode that nobody chose, as the trace tells, is not in force after a restart',
  'failure:planted-approver': 'only who was enrolled, as the trace tells, approves after a restart',
  'failure:own-files':
    'whatever lies in the place of a file of the home, the daemon enforces as before or says what to do',
  'failure:many-starts': 'of many daemons started at once exactly one serves',
  'failure:clock': 'pauses and approvals end when the clock goes forward, backward or the machine slept',
  'failure:descriptors': 'a daemon short of descriptors goes on answering, and recovers',
  'failure:expiry': 'an approval that nobody gives denies once and is not remembered',
  'failure:opaque': 'what cannot be parsed or is too deep is never let through unasked',
  'failure:answers': 'a client denies a verdict, an obligation or a version it does not know',
} as const;
