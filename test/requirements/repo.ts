/** Behaviours promised by repo. */
export const repo = {
  'repo:architecture-scanned': 'the architecture test fails when it scanned nothing',
  'repo:import-rules': 'every area imports only what the architecture lets it import',
  'repo:small-files': 'no source file but tables and schemas is longer than 500 lines',
  'repo:plain-names': 'files are kebab-case and export by name',
  'repo:promises-are-tested': 'every promised behaviour is cited by a test, and no test cites another',
  'repo:contract-holds': 'every example of the contract is accepted or refused as it says',
  'repo:contract-complete': 'every route has examples of what it accepts and refuses in the contract',
  'repo:vote-bytes': 'the bytes that a vote signs are the ones of the contract',
  'repo:counting-line': 'a test run ends with one line that counts every suite',
  'repo:bundle':
    'a checkout runs its bundle only while no source differs from what was bundled, and keeps the bundles that may still run',
  'repo:setup-finds-daemon': 'setup looks for the daemon where the daemon keeps its lock',
  'repo:reference-complete': 'the reference lists every error, effect, trace event and route',
} as const;
