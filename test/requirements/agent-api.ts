/** Behaviours promised of the HTTP API that agents call. */
export const agentApi = {
  'agent-api:named': 'a request that is repeated under its name gets one answer and one question, whoever reconnects',
  'agent-api:named-restart': 'no answer outlives the daemon: a request that is repeated afterwards is judged afresh',
  'agent-api:understands': 'an obligation that the caller does not list means deny, and nobody is asked about it',
  'agent-api:version': 'a request for another version is refused, and every answer says which one it is',
  'agent-api:polls': 'a long poll ends with the answer, for everybody who waits and for who came back',
  'agent-api:outcome': 'what became of an action is recorded once, also late; a second word that differs is refused',
  'agent-api:callback': 'a callback is signed, tried again, and made only to this machine and to who says it is wanted',
  'agent-api:access':
    'AuthZEN decisions are true only for what may run now; a question comes with where to wait for it',
  'agent-api:others-kept': 'however much one session asks, others find the answers to what they asked',
  'agent-api:access-batch': 'a batch of evaluations follows its semantic, its defaults and its errors one by one',
  'agent-api:access-again': 'an evaluation that is repeated learns the answer to its question once',
  'agent-api:sessions': 'a program opens a session for itself, which is governed and ends by word or with its process',
  'agent-api:frames': 'what a program tells of its model is redacted, bounded and recorded in its own session only',
  'agent-api:document': 'the OpenAPI document is valid, names every error, and real answers are as it says',
  'agent-api:hostile':
    'what is huge, deep, slow, ambiguous or of the wrong kind is refused with a code, and nothing ends',
  'agent-api:numbers': 'a whole number that would be rounded is judged and shown as it is written',
  'agent-api:tcp': 'the TCP door is closed unless a port is set, and takes nothing without token, host and no origin',
  'agent-api:guide': 'the guide of the API works as it is printed',
  'agent-api:sdk-cases': 'the cases that every SDK has to pass hold for the daemon itself',
} as const;
