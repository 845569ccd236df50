/** A policy in Rego beside the rules. */
export const rego = {
  'rego:bundle': 'a compiled OPA bundle with its data adds findings to an action',
  'rego:host-functions':
    'the functions that a bundle asks its host for answer as OPA does; the time is that of the action',
  'rego:no-requests': 'a bundle cannot send requests: `http.send` fails, visibly',
  'rego:killed': 'an evaluation that takes too long is ended, and those behind it are answered',
  'rego:in-turn': 'however many questions a policy hangs on, each is answered within a bound, and later ones as ever',
  'rego:spoken':
    'what a policy says, or says wrongly, is short, and can be shown in a terminal and written into the trace',
  'rego:bad-bundles': 'a bundle that cannot be used says why',
  'rego:only-stricter': 'what a Rego policy says never lowers a score or makes a verdict milder, and its points add up',
  'rego:fails-closed': 'no answer asks a human or denies, as configured, with the reason among the findings',
  'rego:answers': 'an answer without findings, with unknown verdicts or points beyond 100 is none',
  'rego:input':
    'a Rego policy is told the redacted action, its effects and its facts, not the words of the agent or of files',
  'rego:gate':
    'the answer of a Rego policy is recorded as a fact with the digest of its input, and the policy digest covers it',
  'rego:reload':
    'a bundle that was replaced comes into force while the daemon runs; a broken one does not, and is told of',
  'rego:server': 'an OPA server is asked instead of a bundle; a silent, failing or moved one is no answer',
  'rego:build':
    '`policy build` compiles a policy with the `opa` on the path into the folder of policies, or says how to get one',
} as const;
