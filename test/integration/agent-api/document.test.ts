/** The OpenAPI document: valid, complete, and what the daemon really answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

import { openApi } from '../../../daemon/api/openapi/document.ts';
import { ERRORS } from '../../../protocol/errors.ts';
import { ROUTES } from '../../../protocol/routes.ts';
import { REPOSITORY } from '../../helpers/daemon.ts';
import { apiScene, type Caller, type Sent } from '../../helpers/http.ts';
import { verifies } from '../../helpers/verifies.ts';

type Call = readonly [method: string, path: string, sent?: Sent];

const LIST = { kind: 'exec', argv: ['ls'], cwd: '/' };
const SUBJECT = { subject: { type: 'agent', id: 'a' }, action: { name: 'execute' } };
const LS = { ...SUBJECT, resource: { type: 'command', id: 'ls' } };

/** Every route, as it is meant to be called and in ways that are refused. `SESSION` is the one that was opened. */
const CALLS: readonly Call[] = [
  ['GET', '/agent/health'],
  ['GET', '/agent/health', { headers: { 'api-version': '9' } }],
  ['GET', '/agent/openapi.json'],
  ['POST', '/agent/actions/evaluate', { body: { action: LIST, requestId: 'r-1' } }],
  ['POST', '/agent/actions/evaluate', { body: { action: { ...LIST, argv: ['pwd'] }, requestId: 'r-1' } }],
  ['POST', '/agent/actions/evaluate', { raw: '{"a":1,"a":2}' }],
  ['POST', '/agent/actions/evaluate', { body: { action: { ...LIST, argv: ['rm', '-rf', '/etc'] } } }],
  ['POST', '/agent/actions/explain', { body: { action: LIST } }],
  ['GET', '/agent/requests/r-1'],
  ['GET', '/agent/requests/none'],
  ['GET', '/agent/requests/r-1?waitMs=x'],
  ['POST', '/agent/requests/r-1/cancel', { body: {} }],
  ['POST', '/agent/requests/r-1/outcome', { body: { status: 'succeeded' } }],
  ['POST', '/agent/requests/r-1/outcome', { body: { status: 'failed' } }],
  ['POST', '/access/v1/evaluation', { body: LS }],
  ['POST', '/access/v1/evaluation', { body: { ...LS, resource: { type: 'command', id: 'rm -rf /etc' } } }],
  ['POST', '/access/v1/evaluation', { body: SUBJECT }],
  ['POST', '/access/v1/evaluations', { body: { ...SUBJECT, evaluations: [{ resource: LS.resource }, {}] } }],
  ['POST', '/access/v1/evaluations', { body: LS }],
  ['GET', '/.well-known/authzen-configuration'],
  ['POST', '/agent/sessions', { body: { agent: 'tester' } }],
  ['POST', '/agent/sessions', { body: { agent: '' } }],
  ['POST', '/agent/sessions/SESSION/frames', { body: { frames: [{ type: 'output', text: 'x' }] } }],
  ['POST', '/agent/sessions/none/frames', { body: { frames: [{ type: 'output', text: 'x' }] } }],
  ['POST', '/agent/sessions/SESSION/end', { body: {} }],
];

test(verifies('agent-api:document'), { timeout: 120_000 }, async () => {
  for (const api of ['agent', 'control'] as const) {
    const { valid, errors } = await new Validator().validate(structuredClone(openApi(api, '1.0.0')));
    expect(errors ?? [], api).toEqual([]);
    expect(valid).toBe(true);
  }
  const { info: _, ...broken } = openApi('agent', '1.0.0');
  expect((await new Validator().validate(broken)).valid).toBe(false);

  const scene = await apiScene();
  const { status, body: document } = await scene.call('GET', '/agent/openapi.json');
  expect(status).toBe(200);
  expect(document).toEqual(JSON.parse(readFileSync(join(REPOSITORY, 'docs/reference/openapi.json'), 'utf8')));
  const text = JSON.stringify(document);
  for (const [code, { meaning }] of Object.entries(ERRORS)) expect(text).toContain(`\`${code}\`: ${meaning}`);
  const routes = Object.entries(ROUTES).filter(([, { right }]) => right === 'ask');
  for (const [, { path }] of routes) expect(Object.keys(document['paths'] as object)).toContain(path);

  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'api');
  const answered = new Set<string>();
  let session = '';
  for (const [method, path, sent] of CALLS) {
    const told = path.replace('SESSION', session);
    const name = `${method} ${told} ${JSON.stringify(sent ?? '')}`;
    const answer = await (scene.call satisfies Caller)(method, told, sent);
    if (path === '/agent/sessions' && answer.status === 200) session = String(answer.body['session']);
    const [route = ''] = told.split('?');
    const [operation, { path: pattern }] = routeOf(routes, method, route);
    if (answer.status === 200) answered.add(operation);
    const type = answer.status === 200 ? 'application/json' : 'application/problem+json';
    expect(answer.headers, name).toMatchObject({ 'content-type': type, 'api-version': '1' });
    const pointer = ['paths', pattern, method.toLowerCase(), 'responses', String(answer.status)];
    const place = answer.status === 200 ? pointer : ['components', 'responses', `Problem${answer.status}`];
    expect(at(document, pointer), name).toBeDefined();
    const schema = [...place, 'content', type, 'schema'].map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/'); // prettier-ignore
    const validate = ajv.compile({ $ref: `api#/${schema}` });
    expect(validate(answer.body) ? [] : validate.errors, name).toEqual([]);
  }
  expect(routes.map(([name]) => name).filter((name) => !answered.has(name))).toEqual([]);
});

function routeOf<R extends { readonly method: string; readonly path: string }>(
  routes: readonly (readonly [string, R])[],
  method: string,
  path: string,
): readonly [string, R] {
  const found = routes.find(([, route]) => route.method === method && new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)); // prettier-ignore
  if (found === undefined) throw new Error(`no route ${method} ${path}`);
  return found;
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}
