/** What the SDKs promise. The three of them say the same; where the language differs, the id names it. */
export const sdk = {
  'sdk:cases': 'every SDK passes the shared cases against a real daemon',
  'sdk:guard': 'a guarded function asks first, keeps its name and its result, and what came of it is recorded',
  'sdk:deny': 'a denial throws with code, reason, score, trace and findings, and nothing runs',
  'sdk:approval':
    'a call waits for a person or says at once that one is asked; the same call later takes up the question',
  'sdk:withdrawn': 'a call that is given up withdraws its question',
  'sdk:unavailable': 'without a daemon nothing runs unless that was written down, and a denial holds even then',
  'sdk:not-understood': 'an answer that is not understood is no yes',
  'sdk:loop': 'one call again and again and two calls in turn are broken in the process; limits can be set',
  'sdk:retry': 'what breaks off or is busy is tried again under the same key, and a hung daemon is given up on',
  'sdk:obligations': 'obligations are honoured by handlers, and what nobody honours does not run',
  'sdk:rewrite': 'a rewrite runs in the place of the command, or nothing does',
  'sdk:arguments': 'arguments are judged by name, without what is to be hidden, and run as they were judged',
  'sdk:session': 'a session is opened, told of and ended by its own process',
  'sdk:frames': 'frames are batched, whole and in order, survive a daemon that is away, and never disturb the agent',
  'sdk:door': 'the door of the daemon is found by address and token, on this machine alone',
  'sdk:typescript-package': 'what is packed installs, imports and is typed in every way that Node resolves modules',
  'sdk:typescript-wrappers': 'wrapped tools stay what they are, stream, are aborted, and tell a refusal to the model',
  'sdk:go-counts': 'the tests of the Go SDK are counted one by one, and what fails beside them counts too',
  'sdk:typescript-frameworks': 'the examples run with the frameworks themselves: a yes runs, a no is told to the model',
} as const;
