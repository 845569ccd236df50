/** What a request does at a service whose interface is known, by method, host, path and, where visible, body. */
import type { EffectAttributes, EffectKind, Target } from '../../../protocol/effect.ts';
import type { EffectDraft } from '../types.ts';
import { isLocalHost } from './environment.ts';

export type HttpRequest = {
  readonly method: string;
  readonly url: string;
  /** As far as it stands on the command line. */
  readonly body?: string | undefined;
};

type Parts = { readonly method: string; readonly host: string; readonly path: string; readonly body: string; readonly changes: boolean }; // prettier-ignore
type Service = {
  readonly when: (parts: Parts) => boolean;
  readonly kind: EffectKind;
  readonly more?: (parts: Parts) => EffectAttributes;
};

const PAYMENTS = /(?:^|\.)(?:stripe|paypal|adyen|squareup|square|razorpay|transferwise|wise|mollie|braintreegateway|paddle|chargebee|plaid|coinbase|binance|kraken)\.\w+$/; // prettier-ignore
const MONEY_PATH = /\/(?:refunds?|charges?|payouts?|transfers?|payment[_-]?intents?|payments?|topups?|withdraw\w*|orders?|captures?|transactions)\b/i; // prettier-ignore
const MESSAGE_HOSTS = /^(?:hooks\.slack\.com|api\.(?:sendgrid|postmarkapp|resend|mailgun|sparkpost|brevo|mailjet|pushover|twilio|vonage|nexmo|messagebird|onesignal|pagerduty)\.\w+|events\.pagerduty\.com|ntfy\.sh|chat\.googleapis\.com|api\.mailgun\.net|(?:\w+\.)?webhook\.office\.com|fcm\.googleapis\.com)$/; // prettier-ignore
/** These also speak on a plain GET. */
const SPEAKS_ON_GET = /^\/(?:api\/chat\.(?:post\w*|me\w*|schedule\w*)|bot[^/]+\/(?:send|forward|copy)\w*)/i;
const MESSAGE_PATHS = /\/(?:mail\/send|messages\/send|sendMail|webhooks\/\d+|channels\/\d+\/messages|Messages\.json|Calls\.json|2\/tweets|statuses)\b/i; // prettier-ignore
const FORGES = /^(?:api\.github\.com|gitlab\.[\w.]+|api\.bitbucket\.org|codeberg\.org)$|^git(?:hub|lab|ea)\./;
const TALK =
  /\/(?:issues|comments|pulls|labels|reactions|notes|merge_requests)(?:\/\d+(?:\/(?:comments|labels|assignees|notes|reactions))?)?\/?$/;
const REGISTRIES = /^(?:registry\.(?:npmjs\.org|yarnpkg\.com)|upload\.pypi\.org|test\.pypi\.org|crates\.io|rubygems\.org|npm\.pkg\.github\.com|api\.nuget\.org|hub\.docker\.com)$/; // prettier-ignore
const CLOUDS = /(?:^|\.)(?:amazonaws\.com|googleapis\.com|management\.azure\.com|azure\.com|api\.digitalocean\.com|api\.cloudflare\.com|api\.heroku\.com|api\.vercel\.com|api\.netlify\.com|api\.linode\.com|api\.hetzner\.cloud|api\.fly\.io|api\.machines\.dev|api\.supabase\.com)$|^(?:management\.azure\.com)$/; // prettier-ignore

/** `DELETE /orders` takes the whole index of a search engine; one document has a longer path. */
const SEARCH_INDEX = /^\/(?:_all|\*|[\w.*,-]+)\/?$/;
const isSearch = ({ host }: Parts): boolean => /:9[23]00$/.test(host);

const SERVICES: readonly Service[] = [
  { when: ({ host, path, changes }) => changes && PAYMENTS.test(host) && MONEY_PATH.test(path), kind: 'payment.move' },
  { when: ({ body }) => /"method"\s*:\s*"(?:eth_send(?:Raw)?Transaction|sendTransaction|sendtoaddress|sendmany|personal_sendTransaction)"/.test(body), kind: 'payment.move' }, // prettier-ignore
  { when: ({ host, path, changes }) => (/(?:^|\.)slack\.com$|^api\.telegram\.org$/.test(host) && SPEAKS_ON_GET.test(path)) || (changes && (MESSAGE_HOSTS.test(host) || MESSAGE_PATHS.test(path))), kind: 'message.send' }, // prettier-ignore
  { when: ({ host, method }) => FORGES.test(host) && method === 'DELETE', kind: 'forge.delete' },
  { when: ({ host, path, changes }) => changes && FORGES.test(host) && !path.endsWith('/graphql'), kind: 'forge.change', more: ({ path }) => (TALK.test(path) ? { additive: true } : {}) }, // prettier-ignore
  { when: ({ host, path, body, changes }) => changes && FORGES.test(host) && path.endsWith('/graphql') && /\bmutation\b/.test(body), kind: 'forge.change' }, // prettier-ignore
  { when: ({ host, method }) => REGISTRIES.test(host) && method === 'DELETE', kind: 'package.unpublish' },
  { when: ({ host, path, changes }) => changes && REGISTRIES.test(host) && !/\/-\/(?:user|npm\/v1\/(?:security|tokens))|\/search/.test(path), kind: 'package.publish' }, // prettier-ignore
  { when: ({ path }) => /\/_delete_by_query\b/.test(path), kind: 'db.delete', more: ({ body }) => (body === '' || /match_all/.test(body) ? { hasFilter: false, bulk: true } : { hasFilter: true }) }, // prettier-ignore
  { when: (parts) => isSearch(parts) && parts.method === 'DELETE' && SEARCH_INDEX.test(parts.path), kind: 'db.drop', more: ({ path }) => (/\*|_all/.test(path) ? { bulk: true } : {}) }, // prettier-ignore
  { when: ({ path, method }) => (method === 'PUT' || method === 'POST') && /\/_(?:cluster\/(?:settings|reroute)|settings|security|ilm|snapshot|close|shutdown)\b/.test(path) && !/\/_search/.test(path), kind: 'db.admin' }, // prettier-ignore
  { when: ({ path, changes }) => changes && /\/_(?:update_by_query|bulk|reindex|update|doc|create)\b/.test(path), kind: 'db.write' }, // prettier-ignore
  { when: ({ path, method, host }) => /^\/api\/v\d\/delete\b/.test(path) && method === 'POST' && /:8086$|influx/.test(host), kind: 'db.delete', more: () => ({ hasFilter: false, bulk: true }) }, // prettier-ignore
  { when: ({ path, method }) => method === 'DELETE' && /^\/apis?\/(?:v\d|[\w.]+\/v\d)\w*\/(?:namespaces|nodes|persistentvolumes)\b/.test(path), kind: 'cluster.delete', more: () => ({ recursive: true }) }, // prettier-ignore
  { when: ({ path, changes }) => changes && /^\/apis?\/(?:v\d|[\w.]+\/v\d)\w*\/(?:namespaces|nodes)\b/.test(path), kind: 'cluster.change' }, // prettier-ignore
  { when: ({ path, method }) => method === 'GET' && /^\/v1\/(?:secret|kv)\/(?:data\/)?\w/.test(path), kind: 'secret.read' }, // prettier-ignore
  { when: ({ host, method }) => CLOUDS.test(host) && method === 'DELETE', kind: 'cloud.delete' },
  { when: ({ host, path, changes }) => changes && CLOUDS.test(host) && !/\/(?:graphql|token|oauth2)\b|:(?:generateContent|predict|search|query|list)\b/i.test(path), kind: 'cloud.change' }, // prettier-ignore
  { when: ({ host, path, body, changes }) => changes && !isHere(host) && (DELETES_BY_NAME.test(path) || (/graphql/.test(path) && DELETING_MUTATION.test(body))), kind: 'cloud.delete' }, // prettier-ignore
];

/** Requests whose path or mutation names what they do, at a service nobody here has heard of. */
const DELETES_BY_NAME = /\/(?:do)?-?(?:delete|destroy|purge|terminate|wipe|drop)(?:-?\w*)?\/?$|:(?:delete|purge|batchDelete)$/i; // prettier-ignore
const DELETING_MUTATION = /\bmutation\b[^}]{0,400}?\b(?:delete|remove|destroy|purge)\w*\s*\(/i;

function isHere(host: string): boolean {
  return host.startsWith(':') || isLocalHost(host.replace(/:\d+$/, ''));
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const URL_PARTS = /^(?:[a-z][a-z\d+.-]*:\/\/)?(?:[^@/?#]*@)?([^/?#]*)([^?#]*)/i;

/** Beside the request itself; first match counts. */
export function serviceEffects({ method, url, body = '' }: HttpRequest): readonly EffectDraft[] {
  const [, host = '', path = ''] = URL_PARTS.exec(url) ?? [];
  const parts: Parts = { method, host: host.toLowerCase().replace(/:(?:443|80)$/, ''), path: path === '' ? '/' : path, body, changes: !SAFE.has(method) }; // prettier-ignore
  const service = SERVICES.find((candidate) => candidate.when(parts));
  if (service === undefined) return [];
  const target: Target = { kind: 'url', name: url };
  return [{ kind: service.kind, targets: [target], attributes: { remote: true, method, ...service.more?.(parts) } }];
}
