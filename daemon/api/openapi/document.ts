/** OpenAPI 3.1 documents of the two sockets, from the route table and the schemas it names. */
import { API_VERSION, API_VERSION_HEADER, REQUEST_ID_HEADER } from '../../../protocol/routes.ts';
import { createComponents, type Components, type JsonSchema } from './components.ts';
import { PROBLEM_STATUSES, problemResponses } from './problems.ts';
import { API_TITLES, pathParameters, RIGHT_MEANINGS, routesOf, type Api, type NamedRoute } from './routes.ts';

export type OpenApi = { readonly openapi: string; readonly paths: Record<string, Record<string, JsonSchema>> };

const DESCRIPTIONS: Readonly<Record<Api, string>> = {
  agent:
    'HTTP/1.1 over a Unix socket; the peer is known by its credentials, so there is nothing to log in with. Where the ' +
    'TCP door is open (`http.port` in the settings), it takes a bearer token. Nothing here can approve or change anything.',
  control:
    'HTTP/1.1 over a Unix socket; the peer is known by its credentials, and decides once its terminal is unlocked.',
};

export function openApi(api: Api, version: string): OpenApi & JsonSchema {
  const components = createComponents();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routesOf(api)) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, components);
  }
  const responses = problemResponses(components);
  return {
    openapi: '3.1.0',
    info: {
      title: `Countersign ${API_TITLES[api]}`,
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: DESCRIPTIONS[api],
    },
    servers: serversOf(api),
    ...(api === 'agent' ? { security: [{}, { agentToken: [] }] } : {}),
    tags: tagsOf(api),
    paths,
    components: {
      schemas: components.all(),
      responses,
      parameters: PARAMETERS,
      headers: HEADERS,
      ...(api === 'agent' ? { securitySchemes: { agentToken: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  };
}

function serversOf(api: Api): JsonSchema[] {
  const socket = { url: 'http://localhost', description: `through ${api}.sock` };
  if (api === 'control') return [socket];
  const door = {
    url: 'http://127.0.0.1:{port}',
    description: 'the TCP door, when it is open',
    variables: { port: { default: '8627' } },
  };
  return [socket, door];
}

function tagsOf(api: Api): JsonSchema[] {
  const rights = new Set(routesOf(api).map(({ right }) => right));
  return [...rights].map((name) => ({ name, description: RIGHT_MEANINGS[name] }));
}

const version = { type: 'string', const: API_VERSION };
const PARAMETERS = {
  ApiVersion: {
    name: API_VERSION_HEADER,
    in: 'header',
    description: 'the version the caller was written for; another one than this is refused, none means this',
    schema: version,
  },
  RequestName: {
    name: REQUEST_ID_HEADER,
    in: 'header',
    description: 'sent back as it came',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
  },
};
const HEADERS = { ApiVersion: { description: 'the version of this API', required: true, schema: version } };

function operation(route: NamedRoute, components: Components): JsonSchema {
  const { name, summary, right, request, response } = route;
  const content = { 'application/json': { schema: components.refer(response) } };
  return {
    operationId: name,
    summary,
    description: `Right \`${right}\`: ${RIGHT_MEANINGS[right]}.`,
    tags: [right],
    parameters: parameters(route, components),
    ...(request === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: components.refer(request) } } } }),
    responses: {
      200: {
        description: 'done',
        headers: { [API_VERSION_HEADER]: { $ref: '#/components/headers/ApiVersion' } },
        content,
      },
      ...problemRefs(),
    },
  };
}

function problemRefs(): Record<string, JsonSchema> {
  const known = PROBLEM_STATUSES.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]);
  return { ...Object.fromEntries(known), default: { $ref: '#/components/responses/Problem' } };
}

function parameters({ path, query, headers }: NamedRoute, components: Components): JsonSchema[] {
  const inPath = pathParameters(path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: '^[\\w.:-]{1,128}$' },
  }));
  const listed = (schema: NamedRoute['query'], where: string): JsonSchema[] =>
    schema === undefined
      ? []
      : Object.entries(components.members(schema)).map(([name, member]) => ({ name, in: where, schema: member }));
  const always = Object.keys(PARAMETERS).map((name) => ({ $ref: `#/components/parameters/${name}` }));
  return [...inPath, ...listed(query, 'query'), ...listed(headers, 'header'), ...always];
}
