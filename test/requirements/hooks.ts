/** Behaviours promised by the hooks of agents' clients. */
export const hooks = {
  'hooks:read':
    'what each client tells its hooks is understood: commands, tools, MCP calls, outcomes, sessions, prompts',
  'hooks:write':
    'every client is answered in the exact form that it was measured to obey, and never with an empty reason',
  'hooks:not-understood':
    'what is not understood before a tool runs is denied in the form of its client; after it, nothing is held up',
  'hooks:ambiguous': 'a call that different readers understand differently, or that names no command, is denied',
  'hooks:effects': 'writes, edits, patches and MCP calls of every client have the effects that they have',
  'hooks:allow': 'a harmless command is let through in the words of its client',
  'hooks:held': 'a held call waits for a person, and the client hears what they decided',
  'hooks:compute':
    'a safer form is put in the place of the command where the client takes one, and named where it does not',
  'hooks:late':
    'a hook answers before its client stops waiting, and the same call asked again takes up the question, or its answer, once',
  'hooks:gone': 'a client that ends its hook withdraws the question',
  'hooks:failing':
    'without a daemon, with one that dies, with garbage or too much of it, a call is denied in the form of its client',
  'hooks:observe': 'while only observing a hook that fails keeps nothing from running',
  'hooks:outcome': 'what a client tells after a call becomes the outcome of its trace',
  'hooks:twice': 'two hooks for one call ask once, and an id in use for another call is refused',
  'hooks:member': 'the client of a hook is governed from its first event, is one session, and ends with its process',
  'hooks:said-end': 'a client is believed that it ends only when nothing is heard of it afterwards',
  'hooks:person': 'no process that a person works in is taken for a client',
  'hooks:one-trace': 'a command that a hook announced is not asked about again by its shim, once, and has one trace',
  'hooks:announced': 'what was announced covers only the same words in the same place that are no worse by then, once',
  'hooks:cover-ends':
    'what ran only because nobody was asked covers nothing once somebody is, nor does what was allowed for other reasons',
  'hooks:unannounced': 'a command of consequence that the hook of its client did not announce is noted',
  'hooks:contract': 'the native hook and the daemon deny with the same forms, and name the same events',
} as const;
