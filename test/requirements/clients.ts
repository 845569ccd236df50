/** What agents' own clients do with our hooks in them. */
export const clients = {
  'clients:model':
    'a scripted model speaks four protocols, with the tools that a client offers, and keeps what it was told',
  'clients:harmless': 'a harmless command runs at once, and its outcome is in the trace',
  'clients:approved': 'a held command runs after a person said yes, and the layer below does not ask again',
  'clients:denied': 'a held command does not run after a person said no, and the model is told why',
  'clients:rewrite': 'a safer command runs instead, and the model is given what that one printed',
  'clients:mcp': 'a call of an MCP tool is judged like any other',
  'clients:killed': 'when the hook is killed either the client refuses or the layer below asks',
  'clients:dead': 'nothing runs without a daemon, and the model is told how to get it back',
  'clients:late': 'what nobody answered in time does not run; asked again, the answer of a person counts',
  'clients:long': 'an answer after a minute still counts',
} as const;
