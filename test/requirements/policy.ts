/** Behaviours promised by policy. */
export const policy = {
  'policy:never-throws': 'any text is an answer of rules or problems, never an exception',
  'policy:places': 'a problem names file, line and column, and the word that was probably meant',
  'policy:lint': 'a condition that names something unknown, nests too deep or is too long is a problem, not a surprise',
  'policy:unevaluable': 'a condition that cannot be evaluated counts as matching when it would add points',
  'policy:absent': 'an attribute that was not established reads as false, zero, empty or unknown',
  'policy:workspace': 'a workspace policy may add points, escalate and deny, and nothing else',
  'policy:quoted': 'the reasons of a workspace policy are shown as words of the repository',
  'policy:strictest': 'layers combine to the strictest bands and the largest quorum',
  'policy:digest': 'the digest follows what the rules say, not how the files are named or formatted',
  'policy:one-id': 'an id means one rule in all layers',
  'policy:default': 'every rule and modifier of the default policy is seen at work by a decision test, and all pass',
  'policy:packs':
    'every pack of the settings is a file, and every rule of one is seen at work by a decision test; all pass',
  'policy:presets':
    'presets differ in what they ask about, never the other way round, and balanced is the rules as written',
  'policy:match':
    'a rule matches names, places and times without CEL; what is not known adds points and never takes any away',
  'policy:patterns': 'a pattern means the same however long or hostile the name is, and takes no time to tell',
  'policy:loosen':
    'a user takes points off built-in rules by name, and every finding says so; a forced rule stays as it is',
  'policy:allow':
    'what a user allows passes whatever built-in rules say but for critical ones that are not named, and only for certain',
  'policy:withdraw': 'an organisation withdraws what its users may loosen',
  'policy:org-folder':
    'policies of an organisation are read from a folder that nobody but an administrator could have written',
  'policy:named':
    'a named policy joins in for who asks for it or is selected, and only makes stricter; an unknown one denies',
  'policy:tools':
    'tools are listed, refused, rated and bounded in their arguments; what is rated low or medium goes ahead and is reviewed',
  'policy:sql': 'databases have lists of operations and tables; what is not known to be listed is held',
  'policy:messages': 'whoever was written to is not written to again, and recipients have lists and numbers',
  'policy:limits': 'rates and costs are declared, checked and carried in the compiled policy',
  'policy:circumstances': 'time, tier and spending are recorded facts that are only looked up for a policy that asks',
  'policy:personal-data': 'what names people is told by its kind, from arguments, commands and SQL',
  'policy:digest-of-parts': 'every part of a file is part of the digest',
  'policy:decision-tests': 'a decision test that is wrong fails with file, line and what came out instead',
  'policy:prepared':
    'a policy kept from an earlier start judges as its texts do; other texts, another program or a damaged file are parsed anew',
  'policy:plain-conditions': 'what is answered without the CEL interpreter is answered as it would be',
  'policy:plain-patterns':
    'a pattern of a condition that is compiled once answers as the interpreter does, also one that is no pattern',
  'policy:of-repository': 'policies of a repository hold for what runs in it and are recorded with each judgement',
  'policy:of-repository-broken':
    'where a policy of a repository does not load, whatever changes something is asked about',
  'policy:of-repository-tightens': 'nothing in a policy of a repository lets more pass',
  'policy:of-repository-odd': 'what cannot be a policy of a repository, or would take too long, counts as a broken one',
  'policy:of-repository-patterns': 'what the patterns of a repository may cost is bounded, for every action',
  'policy:of-repository-bounded': 'the rules of a repository take bounded time, whatever they and the command say',
  'policy:of-repository-replay': 'a replay judges by the policies of the repository as they were',
  'policy:condition-cost': 'conditions whose lists and patterns would take for ever are refused when they are loaded',
} as const;
