/** The generated reference. */
import { expect, test } from 'vitest';

import { httpApiPage } from '../../../build/generate/http-page.ts';
import { effectsPage } from '../../../build/generate/vocabulary-pages.ts';
import { errorsPage, eventsPage } from '../../../build/generate/tables.ts';
import { openApi } from '../../../daemon/api/openapi/document.ts';
import { EFFECTS } from '../../../protocol/effect.ts';
import { ERRORS } from '../../../protocol/errors.ts';
import { ROUTES } from '../../../protocol/routes.ts';
import { TRACE_EVENTS } from '../../../protocol/trace.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('repo:reference-complete'), () => {
  for (const code of Object.keys(ERRORS)) expect(errorsPage()).toContain(`| \`${code}\` |`);
  for (const kind of Object.keys(EFFECTS)) expect(effectsPage()).toContain(`| \`${kind}\` |`);
  for (const kind of Object.keys(TRACE_EVENTS)) expect(eventsPage()).toContain(`| \`${kind}\` |`);
  for (const { method, path } of Object.values(ROUTES)) expect(httpApiPage()).toContain(`\`${method} ${path}`);
});

test('every reference in an OpenAPI document leads somewhere, and no agent route may decide', () => {
  for (const api of ['agent', 'control'] as const) {
    const document = openApi(api, '1') as unknown as { components: { schemas: Record<string, unknown> } };
    const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(document.components.schemas).toHaveProperty([String(name)]);
  }
  expect(JSON.stringify(openApi('agent', '1'))).not.toContain('"decide"');
});
