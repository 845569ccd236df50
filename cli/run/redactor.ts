/** Takes secrets out of terminal output before it is written down. */
import { randomBytes } from 'node:crypto';

import { createRedactor } from '../../daemon/redact/redact.ts';

export function createOutputRedactor(): (text: string) => string {
  // Nothing has to find a secret of this recording again, so its commitments are under a key that nobody keeps.
  const redactor = createRedactor(randomBytes(32));
  return (text) => redactor.redactText(text);
}
