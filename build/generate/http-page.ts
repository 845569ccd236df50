/** The page of every HTTP route. */
import type { z } from 'zod';

import type { Right } from '../../protocol/routes.ts';
import { code, page, table } from './markdown.ts';
import { API_TITLES, RIGHT_MEANINGS, routesOf, type Api } from '../../daemon/api/openapi/routes.ts';
import { nameOf } from './schemas.ts';

export function httpApiPage(): string {
  const rights = Object.entries(RIGHT_MEANINGS) as [Right, string][];
  return page(
    'HTTP API',
    'HTTP/1.1 on two Unix sockets in a folder that only their user can open. The same routes as OpenAPI: ' +
      '[openapi.json](openapi.json) (also at `GET /agent/openapi.json`), [openapi.control.json](openapi.control.json). ' +
      'Failures are problem documents, see [errors](errors.md).',
    table(
      ['right', 'who has it'],
      rights.map(([right, meaning]) => [code(right), meaning]),
    ),
    ...section('agent'),
    ...section('control'),
    'A WebSocket at `/control/live` on `control.sock` pushes [LiveMessage](schema/LiveMessage.json) to whoever has the ' +
      'right `look`.',
  );
}

function section(api: Api): string[] {
  const rows = routesOf(api).map(({ method, path, summary, right, query, request, response }) => [
    code(`${method} ${path}${query === undefined ? '' : queryOf(query)}`),
    summary,
    code(right),
    request === undefined ? '' : link(request),
    link(response),
  ]);
  return [`## ${API_TITLES[api]}`, table(['route', 'what for', 'right', 'request', 'response'], rows)];
}

function queryOf(query: z.ZodType): string {
  const { shape } = query as z.ZodObject;
  return `?${Object.keys(shape).join('&')}`;
}

function link(schema: z.ZodType): string {
  const name = nameOf(schema);
  if (name !== undefined) return EXPORTED_ONLY_HERE.has(name) ? '`{"done": true}`' : `[${name}](schema/${name}.json)`;
  const element = (schema as { readonly element?: z.ZodType }).element;
  return element === undefined ? 'JSON' : `list of ${link(element)}`;
}

/** Too small for a file of its own. */
const EXPORTED_ONLY_HERE: ReadonlySet<string> = new Set(['Done']);
