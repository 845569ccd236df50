/** Behaviours promised of the gateway before MCP servers. */
export const mcp = {
  'mcp:bytes': 'what needs no look goes through a gateway as the bytes that came, in both directions',
  'mcp:process': 'a wrapped server keeps its stderr, its signals and its exit, and ends when its client is gone',
  'mcp:gated': 'a call of a tool runs only once the gate let it; a denial is an answer that tells the model what to do',
  'mcp:outcome': 'what became of a call is in its trace',
  'mcp:progress': 'while a person is asked, a client that wants to hear is told, and is not kept from cancelling',
  'mcp:waiting':
    'a client that waits less than a person takes is answered in time, and takes up the question by asking again',
  'mcp:schema': 'arguments that are not what the tool takes are refused before anything runs',
  'mcp:ambiguous': 'a message that different readers understand differently reaches no server',
  'mcp:answers':
    'of what a server answers, a client sees what was looked at, however often and under which id the server says it',
  'mcp:pages': 'a list that comes in pages, or is never finished, hides no change',
  'mcp:unclear-call':
    'a call is judged with all that the server is sent of it, also when it is malformed or its line is not ended',
  'mcp:batch': 'of a batch with a call that is denied nothing runs',
  'mcp:pinned': 'tools are known from their first use; what changes is neither shown nor called until a person agrees',
  'mcp:refused': 'a change that a person refused is not asked about again',
  'mcp:hidden': 'descriptions with hidden text or orders to the model are not shown before a person agrees',
  'mcp:look-alike': 'tools that can be taken for one another raise the score of their calls',
  'mcp:redacted': 'secrets are taken out of what a tool answers when a policy asks for it',
  'mcp:steps': 'the next step of a call that was let through is not asked about again; any other is',
  'mcp:roots': 'a client gives a server no root that is not a place of this machine',
  'mcp:unreachable': 'without the daemon no tool is called and no list is shown',
  'mcp:conformance': 'the conformance suites of both eras come out the same through the gateway as without it',
  'mcp:import':
    'clients start their servers through the gateway: nothing else in their settings is changed, and it goes back',
  'mcp:real': 'clients and servers of the makers of the protocol see the same with a gateway between them',
  'mcp:announced': 'a call that a hook told of is one trace and one question',
} as const;
