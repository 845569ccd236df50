/** OpenAPI 3.1 documents of the two sockets, from the route table. */
import { z } from 'zod';

import { ERRORS } from '../../protocol/errors.ts';
import workspace from '../../package.json' with { type: 'json' };
import { API_TITLES, pathParameters, RIGHT_MEANINGS, routesOf, type Api, type NamedRoute } from './routes.ts';
import { componentRef, componentSchemas, nameOf, type JsonSchema } from './schemas.ts';

export function openApi(api: Api): JsonSchema {
  const routes = routesOf(api);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: `Countersign ${API_TITLES[api]}`,
      version: workspace.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'HTTP/1.1 over a Unix socket; the peer is known by its credentials, so there is nothing to log in with.',
    },
    servers: [{ url: 'http://localhost', description: `through ${api}.sock` }],
    paths,
    components: { responses: { Problem: PROBLEM }, schemas: reachable(paths) },
  };
}

const PROBLEM = {
  description: `A refusal or failure; code is one of ${Object.keys(ERRORS).length}, see errors.md`,
  content: { 'application/problem+json': { schema: { $ref: componentRef('Problem') } } },
};

function operation(route: NamedRoute): JsonSchema {
  const { name, summary, right, request, response } = route;
  return {
    operationId: name,
    summary,
    description: `Right \`${right}\`: ${RIGHT_MEANINGS[right]}.`,
    tags: [right],
    parameters: parameters(route),
    ...(request === undefined ? {} : { requestBody: { required: true, content: jsonOf(request) } }),
    responses: {
      200: { description: 'done', content: jsonOf(response) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function parameters({ path, query }: NamedRoute): JsonSchema[] {
  const inPath = pathParameters(path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return [...inPath, ...(query === undefined ? [] : queryParameters(query))];
}

function queryParameters(query: z.ZodType): JsonSchema[] {
  const { properties = {} } = z.toJSONSchema(query, { unrepresentable: 'any' });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function jsonOf(schema: z.ZodType): JsonSchema {
  return { 'application/json': { schema: refTo(schema) } };
}

/** Named schemas are referred to; lists of named ones too, so that generated clients get names. */
function refTo(schema: z.ZodType): JsonSchema {
  const name = nameOf(schema);
  if (name !== undefined) return { $ref: componentRef(name) };
  if (schema instanceof z.ZodArray) return { type: 'array', items: refTo(schema.element as z.ZodType) };
  const { $schema: _, ...inline } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return inline;
}

/** Only what the routes lead to, so that the document of one socket does not describe the other. */
function reachable(paths: unknown): Record<string, JsonSchema> {
  const all = componentSchemas();
  const found = new Set<string>(['Problem']);
  const visit = (text: string): void => {
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      visit(JSON.stringify(all[name]));
    }
  };
  visit(JSON.stringify(paths));
  visit(JSON.stringify(all['Problem']));
  return Object.fromEntries([...found].toSorted().map((name) => [name, all[name] ?? {}]));
}
