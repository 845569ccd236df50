/** Behaviours promised by the sockets. */
export const api = {
  'api:private': 'sockets and their folder belong to one user alone',
  'api:dialects': 'one socket speaks both dialects, told apart by the first byte',
  'api:malformed': 'malformed, unknown and oversized requests are refused with a code',
  'api:governed': 'a governed process can neither look nor decide, and every try is in the trace',
  'api:orphan': 'a governed process stays governed after a double fork',
  'api:deep': 'no depth of processes leads out of a run',
  'api:outlives': 'a process that outlives its run stays governed',
  'api:patience': 'a client that does not finish its line, or does not read its answers, is let go',
  'api:locked': 'deciding without an unlocked terminal is refused',
  'api:single': 'one home has one daemon',
  'api:live': 'a viewer is told of approvals as they come and go',
  'api:hostile': 'nothing that is sent ends the daemon, takes its files or is allowed without having been asked',
  'api:stop': 'a graceful stop answers what is held and leaves a trace that verifies',
} as const;
