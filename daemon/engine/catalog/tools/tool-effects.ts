/** What a tool called by name does, told by the verb and the noun in its name and by its arguments. */
import type { EffectAttributes, Target } from '../../../../protocol/effect.ts';
import type { SqlDialect } from '../../../../protocol/action.ts';
import type { EffectDraft } from '../../types.ts';
import { databaseEnvironment, sqlEffects } from '../database-sql.ts';
import { mongoSource } from '../document-stores.ts';
import type { CatalogContext } from '../entry.ts';
import { environmentOf } from '../environment.ts';
import { requestEffects } from '../network.ts';
import { pathTarget } from '../paths.ts';
import { draft, readEffects } from '../rules.ts';
import { isSecretPath } from '../secret-paths.ts';
import { writeEffects } from '../writes.ts';
import { verbKind, type VerbKind } from '../verbs.ts';

export type ToolCall = {
  readonly name: string;
  readonly server: string | undefined;
  readonly args: Readonly<Record<string, unknown>>;
  readonly cwd: string;
};

type ToolRule = {
  /** Matches the name as words: `mcp__mail__sendEmail` is `send email`. */
  readonly name: Pick<RegExp, 'test'>;
  readonly effects: (call: ToolCall, context: CatalogContext) => readonly EffectDraft[];
};

const PATH_KEYS = ['file_path', 'filePath', 'path', 'paths', 'file', 'filename', 'notebook_path', 'uri', 'source', 'destination', 'target_file', 'absolute_path', 'directory', 'dir']; // prettier-ignore
const SQL_KEYS = ['sql', 'query', 'statement', 'statements', 'command', 'queries'];
const URL_KEYS = ['url', 'uri', 'endpoint', 'href', 'webpage', 'link'];
const NAME_KEYS = ['recipient', 'recipients', 'to', 'channel', 'user', 'user_id', 'email', 'account', 'account_id', 'customer', 'customer_id', 'id', 'name', 'repo', 'project', 'bucket', 'resource']; // prettier-ignore

function texts(call: ToolCall, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => [call.args[key]].flat().filter((value) => typeof value === 'string'));
}

function toolPaths(call: ToolCall): readonly Target[] {
  const edits = Array.isArray(call.args['edits']) ? call.args['edits'] : [];
  const nested = edits.flatMap((edit: unknown) => (typeof edit === 'object' && edit !== null && 'file_path' in edit && typeof edit.file_path === 'string' ? [edit.file_path] : [])); // prettier-ignore
  return [...texts(call, PATH_KEYS), ...nested]
    .map((text) => pathTarget(call.cwd, { text: text.replace(/^file:\/\//, ''), dynamic: false, glob: false }));
} // prettier-ignore

function toolTargets(call: ToolCall, kind: Target['kind'] = 'resource'): readonly Target[] {
  const named = texts(call, NAME_KEYS).map((name): Target => ({ kind, name }));
  return named.length > 0 ? named : [{ kind, name: call.name }];
}

function attributes(call: ToolCall): EffectAttributes {
  const words = nameWords(call.name);
  const bulk = /\b(?:bulk|all|batch|mass|everyone|broadcast)\b/.test(words) || call.args['all'] === true || Object.values(call.args).some((value) => value === '*' || (Array.isArray(value) && value.length > BULK_LENGTH)); // prettier-ignore
  const environment = environmentOf([words, ...texts(call, [...NAME_KEYS, 'environment', 'env', 'host', 'database', 'cluster', 'namespace'])]); // prettier-ignore
  const flag = (...names: readonly string[]): boolean => names.some((name) => call.args[name] === true);
  return {
    remote: true,
    ...(bulk ? { bulk: true } : {}),
    ...(flag('force') ? { force: true } : {}),
    ...(flag('recursive') ? { recursive: true } : {}),
    ...(flag('dry_run', 'dryRun') ? { dryRun: true } : {}),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** A list longer than this is a bulk operation. */
const BULK_LENGTH = 20;

function runsSql(call: ToolCall, context: CatalogContext): readonly EffectDraft[] {
  const sources = texts(call, SQL_KEYS);
  if (sources.length === 0) return [draft('code.opaque', [{ kind: 'database', name: call.name }])];
  const database = texts(call, ['database', 'db', 'dbname', 'schema'])[0];
  const targets: readonly Target[] = database === undefined ? [] : [{ kind: 'database', name: database }];
  const environment = databaseEnvironment(texts(call, ['host', 'connection', 'url'])[0] ?? 'unknown', [database, call.server, ...texts(call, ['environment', 'env'])]); // prettier-ignore
  const place = { targets, environment };
  return sources.flatMap((source) => (/^\s*db\.|^\s*show\s+(?:dbs|collections)/.test(source) ? mongoSource(source, place) : sqlEffects(source, dialectOf(call), place, context))); // prettier-ignore
}

function dialectOf(call: ToolCall): SqlDialect {
  const words = `${call.server ?? ''} ${call.name} ${texts(call, ['dialect', 'engine'])[0] ?? ''}`.toLowerCase();
  if (/mysql|maria/.test(words)) return 'mysql';
  if (/sqlite/.test(words)) return 'sqlite';
  return /postgres|\bpg|supabase|neon/.test(words) ? 'postgresql' : 'unknown';
}

function requests(call: ToolCall): readonly EffectDraft[] {
  const method = (texts(call, ['method'])[0] ?? (call.args['body'] === undefined && call.args['data'] === undefined ? 'GET' : 'POST')).toUpperCase(); // prettier-ignore
  return requestEffects(method, texts(call, URL_KEYS).map((text) => ({ text, dynamic: false, glob: false }))); // prettier-ignore
}

const on = (kind: EffectDraft['kind'], target: Target['kind']): ToolRule['effects'] => (call) => [draft(kind, toolTargets(call, target), attributes(call))]; // prettier-ignore

/** The first verb only looks, and nothing after it says otherwise: `get_and_delete` does not. */
const looksUp = {
  test: (words: string): boolean => {
    const kinds = words.split(' ').map(verbKind);
    const first = kinds.find((kind) => kind !== undefined);
    return (
      (first === 'read' || /^(?:fetch|query)\b/.test(words)) && !kinds.includes('delete') && !/\band\b/.test(words)
    );
  },
};

/** First match wins; verbs that only look come before the nouns they look at. */
const RULES: readonly ToolRule[] = [
  { name: /\b(?:todo write|todo read|think|exit plan mode|plan|task|agent|skill|ask user|ask user question|tool search|list mcp resources|bash output|update plan)$/, effects: () => [] },
  { name: /^(?:read|view|cat|open|grep|glob|ls|list|notebook read)$|\b(?:read|get|view|open|cat|load|head|tail) (?:\w+ )?(?:files?|text|media|documents?|notebook|resource|contents?)\b|\b(?:search files|list (?:files|directory|directories|allowed)|directory tree|grep|glob)\b/, effects: (call) => readEffects(toolPaths(call)) },
  { name: /^(?:write|edit|multi edit|create|notebook edit|apply patch|str replace|str replace editor|str replace based edit tool|insert)$|\b(?:write|edit|create|append|save|modify|update|overwrite|patch|append to) (?:to )?(?:text )?(?:files?|documents?|notebook|directory|folder)\b/, effects: writesFiles },
  { name: /\b(?:delete|remove|unlink|trash|rm|erase) (?:\w+ )?(?:files?|folders?|director(?:y|ies)|path|tree)\b/, effects: (call) => [draft('file.delete', toolPaths(call), call.args['recursive'] === true || /director|folder|tree/.test(nameWords(call.name)) ? { recursive: true } : {})] },
  { name: /\b(?:move|rename) (?:files?|folder|directory|path)\b/, effects: (call) => [draft('file.move', toolPaths(call)), ...writeEffects(toolPaths(call).slice(-1), {})] },
  { name: /\b(?:sql|execute query|run query|raw query|psql|mysql|sqlite|postgres|execute statement)\b|^query$/, effects: runsSql },
  { name: /\b(?:http|http request|request|curl|api call|web ?fetch|fetch|browse|navigate|get webpage|post webpage|webhook|download)\b/, effects: (call) => (texts(call, URL_KEYS).length > 0 ? (/\bpost\b/.test(nameWords(call.name)) ? requestEffects('POST', texts(call, URL_KEYS).map((text) => ({ text, dynamic: false, glob: false }))) : requests(call)) : [draft('net.fetch')]) },
  { name: /\bweb ?search\b/, effects: () => [draft('net.fetch')] },
  { name: /\b(?:get|read|fetch|reveal|show|export) (?:\w+ )?(?:secrets?|passwords?|credentials?|api keys?|tokens?|private keys?)\b/, effects: on('secret.read', 'resource') },
  { name: looksUp, effects: () => [] },
  { name: /\b(?:refund|transfer|pay|payment|payments|payout|charge|invoice pay|wire|withdraw|send money|purchase|buy|checkout|transaction|transactions|reserve|book|order place|place order|subscribe|trade)\b/, effects: (call) => [draft('payment.move', toolTargets(call, 'account'), attributes(call))] },
  { name: /\b(?:send|post|reply|forward|publish|broadcast|notify|create|schedule|dm|message) (?:\w+ )*(?:email|emails|mail|message|messages|sms|slack|dm|notification|comment|tweet|post|draft|invite|event)\b|\bsend\b|\b(?:slack|mail|email|sms|tweet|notify|comment) (?:send|post|reply|create|message)?\b|\binvite\b|\bpost message\b/, effects: on('message.send', 'person') },
  { name: /\b(?:account|accounts|user|users|password|role|roles|permission|permissions|member|members|customer|customers|access|group|api key|employee|participants)\b/, effects: on('account.change', 'account') },
  { name: /\b(?:deploy|rollback|release|terraform|infrastructure|provision)\b/, effects: (call) => [draft(/\b(?:destroy|delete|teardown)\b/.test(nameWords(call.name)) ? 'infra.destroy' : 'infra.change', toolTargets(call), attributes(call))] },
  { name: /\b(?:kubectl|k8s|kube|pod|pods|namespace|deployment|cluster|helm)\b/, effects: (call) => byKind(call, { read: 'cluster.read', change: 'cluster.change', delete: 'cluster.delete' }) },
  { name: /\b(?:database|table|tables|collection|collections|schema|index|rows?|records?)\b/, effects: (call) => byKind(call, { read: 'db.read', change: 'db.write', delete: /\b(?:row|record)s?\b/.test(nameWords(call.name)) ? 'db.delete' : 'db.drop' }) },
  { name: /\b(?:github|gitlab|repo|repository|branch|pull request|merge request|issue|pr|commit|push)\b/, effects: (call) => byKind(call, { read: 'net.fetch', change: 'forge.change', delete: 'forge.delete' }) },
]; // prettier-ignore

/** An editor tool with a `view` command only reads. */
function writesFiles(call: ToolCall): readonly EffectDraft[] {
  const targets = toolPaths(call);
  if (call.args['command'] === 'view') return readEffects(targets);
  const replaces = /\b(?:write|overwrite|create|save)\b/.test(nameWords(call.name));
  return [...writeEffects(targets, replaces ? { overwrite: true } : {}), ...(targets.length === 0 ? [draft('file.write')] : [])];
} // prettier-ignore

function byKind(call: ToolCall, kinds: Readonly<Record<VerbKind, EffectDraft['kind']>>): readonly EffectDraft[] {
  const kind = kindOfName(call.name) ?? 'change';
  return [draft(kinds[kind], toolTargets(call), kind === 'read' ? {} : attributes(call))];
}

/** The gravest verb of the name: `get_and_delete` deletes. */
function kindOfName(name: string): VerbKind | undefined {
  const kinds = new Set(nameWords(name).split(' ').map(verbKind));
  return (['delete', 'change', 'read'] as const).find((kind) => kinds.has(kind));
}

/** `mcp__mail__sendEmail`, `send-email` and `send_email` are all `send email`. */
export function nameWords(name: string): string {
  return name.replace(/^mcp__[^_]+(?:_[^_]+)*__/, '').replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[^A-Za-z\d]+/g, ' ').trim().toLowerCase(); // prettier-ignore
}

export function toolEffects(call: ToolCall, context: CatalogContext): readonly EffectDraft[] {
  const words = nameWords(call.name);
  const rule = RULES.find(({ name }) => name.test(words));
  const secrets = toolPaths(call).filter(({ name }) => isSecretPath(name));
  if (rule !== undefined) return rule.effects(call, context);
  const secret = secrets.length > 0 ? [draft('secret.read', secrets)] : [];
  const kind = kindOfName(call.name);
  if (kind === 'read') return secret;
  if (kind === 'delete') return [draft('cloud.delete', toolTargets(call), attributes(call)), ...secret];
  return [draft('code.run', [{ kind: 'resource', name: call.name }], { unknownProgram: true }), ...secret];
}
