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
  'policy:decision-tests': 'a decision test that is wrong fails with file, line and what came out instead',
  'policy:prepared':
    'a policy kept from an earlier start judges as its texts do; other texts, another program or a damaged file are parsed anew',
  'policy:plain-conditions': 'what is answered without the CEL interpreter is answered as it would be',
} as const;
