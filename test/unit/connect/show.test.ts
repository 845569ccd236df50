/** What a person sees of a change to a client's settings. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { changeLines } from '../../../cli/connect/show.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import { planConnect } from '../../../shims/connect/plan.ts';
import { item } from '../../../shims/connect/wanted.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

function shown(before: string): string[] {
  const path = `${tempFolder()}/settings.json`;
  writeFileSync(path, before, { mode: 0o600 });
  const change = planConnect({ kind: 'json', strict: false, path, entries: [item(['hooks', 'before'], 1)] }, undefined);
  return changeLines([change], createStyle(false)).slice(1);
}

test(verifies('connect:readable'), () => {
  const lines = shown('{\r\n\t"hooks": {},\r\n\t"theme": "a\u{202e}b"\r\n}\r\n');
  expect(lines).toContain('    -   "hooks": {},');
  expect(lines.join('\n')).not.toMatch(/\\u\{[9d]\}/);
  expect(lines).toContain('        "theme": "a\\u{202e}b"');
});

test(verifies('connect:readable'), () => {
  const lines = shown(`{\n  "hooks": {},\n${'  // more\n'.repeat(20)}}\n`);
  expect(lines.at(-1)).toBe('        // more');
});
