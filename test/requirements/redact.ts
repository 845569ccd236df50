/** Behaviours promised by redaction. */
export const redact = {
  'redact:never-survives': 'a secret of any known kind survives nowhere in a redacted action',
  'redact:idempotent': 'redacting twice changes nothing',
  'redact:commitment': 'equal secrets have equal placeholders under one key and others under another',
  'redact:harmless': 'text without secrets stays as it is',
  'redact:plain-word': 'a placeholder is one plain word for a shell',
  'redact:same-score': 'a secret in a header, an option, a variable or an address does not change the score',
  'redact:unknown-target': 'a target that was redacted is held as one that is not known',
  'redact:hides-no-code': 'what a shell may run is never hidden',
  'redact:linear': 'hostile text of 100,000 characters is redacted, and once is enough',
} as const;
