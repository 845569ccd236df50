/** Tools that work on databases, addresses, clusters, clouds, code hosts and running code. */
import type { SqlDialect } from '../../../../protocol/action.ts';
import type { EffectAttributes, EffectKind, Target } from '../../../../protocol/effect.ts';
import { databaseEnvironment, sqlEffects } from '../database-sql.ts';
import { mongoSource } from '../document-stores.ts';
import { isDefaultIn } from '../git-repository.ts';
import { hourlyCost } from '../machine-cost.ts';
import { requestEffects } from '../network.ts';
import { draft } from '../rules.ts';
import {
  gravest,
  named,
  on,
  onlyLooks,
  pathsOf,
  urlsOf,
  type ToolCall,
  type ToolEffects,
  type ToolRule,
} from './call.ts';

const SQL = /\b(?:sql|psql|mysql|sqlite|postgres|postgresql|mariadb|bigquery|snowflake|redshift|clickhouse|duckdb)\b|\b(?:execute|run|raw|read|write|db) (?:\w+ )?(?:query|queries|statements?)\b|\b(?:db|database) (?:execute|exec|run|query)\b|^query$/; // prettier-ignore
const SQL_KEYS = ['sql', 'query', 'statement', 'statements', 'command', 'queries', 'sqlquery', 'script', 'code'];
/** Without one of these words a question is only a question. */
const STATEMENT = /\b(?:select|with|delete|drop|truncate|insert|update|alter|create|grant|revoke|merge|detach|remove|set|copy|call|exec|pragma|attach|show|explain|vacuum|begin)\b|^\s*(?:db\.|\{)/i; // prettier-ignore

const runsSql: ToolEffects = (call, context) => {
  const sources = call.args.texts(...SQL_KEYS);
  if (sources.length === 0)
    return onlyLooks(call) ? [] : [draft('code.opaque', [{ kind: 'database', name: call.name }])];
  const [database] = call.args.texts('database', 'db', 'dbname', 'databasename', 'schema', 'project', 'projectid');
  const targets: readonly Target[] = database === undefined ? [] : [{ kind: 'database', name: database }];
  const environment = databaseEnvironment(call.args.texts('host', 'connection', 'connectionstring', 'url')[0] ?? 'unknown', [database, call.server, ...call.args.texts('environment', 'env')]); // prettier-ignore
  const place = { targets, environment };
  return sources.flatMap((source) => {
    if (/^\s*db\.|^\s*show\s+(?:dbs|collections)/.test(source)) return mongoSource(source, place);
    return STATEMENT.test(source) || source.trim() === '' ? sqlEffects(source, dialectOf(call), place, context) : [draft('db.read', targets)]; // prettier-ignore
  });
};

function dialectOf({ domain, args }: ToolCall): SqlDialect {
  const words = `${domain} ${args.texts('dialect', 'engine')[0] ?? ''}`.toLowerCase();
  if (/mysql|maria/.test(words)) return 'mysql';
  if (/sqlite/.test(words)) return 'sqlite';
  return /postgres|\bpg|supabase|neon/.test(words) ? 'postgresql' : 'unknown';
}

type Kinds = { readonly read: EffectKind; readonly change: EffectKind; readonly delete: EffectKind };
const DATABASE: Kinds = { read: 'db.read', change: 'db.write', delete: 'db.drop' };
const ROWS: Kinds = { ...DATABASE, delete: 'db.delete' };
const CLUSTER: Kinds = { read: 'cluster.read', change: 'cluster.change', delete: 'cluster.delete' };
const FORGE: Kinds = { read: 'net.fetch', change: 'forge.change', delete: 'forge.delete' };
const INFRA: Kinds = { read: 'infra.read', change: 'infra.change', delete: 'infra.destroy' };

function byKind(call: ToolCall, kinds: Kinds, more: EffectAttributes = {}): ReturnType<ToolEffects> {
  const kind = gravest(call);
  if (kind === 'read') return [draft(kinds.read)];
  return on(call, kinds[kind ?? 'change'], 'resource', more);
} // prettier-ignore

/** `filter: {}` and no filter at all take everything. */
const deletesRows: ToolEffects = (call) => {
  const filter = ['filter', 'where', 'query', 'condition', 'conditions', 'match', 'selector', 'id', 'ids', '_id', 'key', 'keys', 'pk'].map((name) => call.raw[name]).find((value) => value !== undefined && value !== null); // prettier-ignore
  const narrows = typeof filter === 'object' && filter !== null ? Object.keys(filter).length > 0 : filter !== undefined && filter !== '' && filter !== '*'; // prettier-ignore
  const one = /\bone\b|\b(?:row|record|document|item)$/.test(call.words);
  return byKind(
    call,
    ROWS,
    narrows || one ? { hasFilter: true, ...(one ? { byKey: true } : {}) } : { hasFilter: false, bulk: true },
  );
};

const requests: ToolEffects = (call) => {
  const urls = urlsOf(call);
  if (urls.length === 0) return onlyLooks(call) || !/\b(?:post|put|patch|delete|request)\b/.test(call.words) ? [draft('net.fetch')] : on(call, 'net.send'); // prettier-ignore
  const spoken = /\b(?:post|put|patch|delete)\b/.exec(call.words)?.[0];
  const sends = ['body', 'data', 'json', 'payload', 'form'].some((name) => call.raw[name] !== undefined);
  const method = call.args.texts('method', 'httpmethod', 'verb')[0] ?? spoken ?? (sends ? 'POST' : 'GET');
  return requestEffects(method.toUpperCase(), urls);
};

/** Machines that are started: how many, and about what they cost. */
const PROVISIONS = /\b(?:create|launch|run|provision|start|scale|resize|request|rent|allocate|deploy|spin up|add|buy|increase) (?:\w+ )*?(?:instances?|vms?|virtual machines?|machines?|servers?|droplets?|nodes?|node pools?|node groups?|gpus?|gpu cluster|clusters?|fleets?|spot|workers?|replicas|pods?|endpoints?|training job|capacity|autoscaling)\b/; // prettier-ignore

const provisions: ToolEffects = (call) => {
  const { args } = call;
  const count = args.number('count', 'instancecount', 'numinstances', 'numinstance', 'maxcount', 'mincount', 'desiredcapacity', 'desiredcount', 'replicas', 'nodecount', 'numnodes', 'nodes', 'workers', 'numworkers', 'numberofinstances', 'quantity', 'size', 'targetcapacity', 'gpucount'); // prettier-ignore
  const machines = Math.min(Math.max(Math.round(count ?? 1), 1), 1_000_000);
  const cost = hourlyCost({
    type: args.texts('instancetype', 'machinetype', 'vmsize', 'nodetype', 'sku', 'size', 'plan', 'flavor', 'type', 'instancesize')[0], // prettier-ignore
    accelerator: args.texts('gpu', 'gputype', 'accelerator', 'acceleratortype', 'gpumodel')[0],
    accelerators: args.number('gpuspernode', 'gpusperinstance', 'acceleratorcount', 'gpus'),
    count: machines,
  });
  const more: EffectAttributes = { ...(count === undefined ? {} : { count: machines }), ...(cost === undefined ? {} : { hourlyCost: cost }) }; // prettier-ignore
  return on(call, /\b(?:pods?|replicas|deployment)\b/.test(call.words) ? 'cluster.change' : 'cloud.change', 'resource', more); // prettier-ignore
};

const ADDS = /^(?:\w+ )?(?:create|add|open|new|post|insert|comment|label|assign|reply)\b/;
const FORGE_WORDS = /\b(?:git ?hub|git ?lab|bitbucket|gitea|jira|linear|repo|repos|repository|branch|pull request|merge request|issues?|pr|commits?|push|tickets?|comments?|review)\b/; // prettier-ignore
/** What is made with these verbs can be closed, edited or removed again; a merge, a release or a new repository is out. */
const forge: ToolEffects = (call) => {
  const adds = ADDS.test(call.words) && !/\b(?:merge|release|secret|key|hook|webhook|repo|repository|collaborator)$/.test(call.words); // prettier-ignore
  const edits = /\b(?:update|edit|close|reopen|label|unassign) (?:\w+ )*?(?:issues?|pull request|pr|comments?|labels?|tickets?|merge request)\b/.test(call.words); // prettier-ignore
  return byKind(call, FORGE, (adds || edits) && gravest(call) !== 'delete' ? { additive: true } : {});
};

export const dataRules: readonly ToolRule[] = [
  { when: named(/\b(?:delete|remove|update|drop|insert|upsert|truncate) (?:\w+ )?(?:many|one|all|documents?|rows?|records?|items?|entries)\b/), effects: deletesRows }, // prettier-ignore
  { when: (call) => SQL.test(call.words) || call.args.texts('sql', 'sqlquery', 'sqlstatement').length > 0 || (SQL.test(call.domain) && call.args.texts('sql', 'query').length > 0), effects: runsSql }, // prettier-ignore
  { when: named(/\b(?:http|http request|(?<!pull |merge |feature )request|curl|api call|call api|web ?fetch|fetch|browse|navigate|get webpage|download|goto)\b/), effects: requests }, // prettier-ignore
];

/** Tools named like the subcommands of git. */
const git: ToolEffects = (call, { lookup }) => {
  const hard = /\bhard\b/.test(call.words) || call.args.texts('mode').includes('hard') || call.args.isSet('hard');
  const target = [{ kind: 'ref' as const, name: call.args.texts('branch', 'ref', 'branchname', 'name', 'target')[0] ?? 'HEAD' }]; // prettier-ignore
  const force = call.args.isSet('force', 'forcewithlease');
  if (/\bpush\b/.test(call.words)) {
    if (force || /\bforce\b/.test(call.words)) return [draft('vcs.force-push', target, { remote: true })];
    const defaultBranch = isDefaultIn(pathsOf(call, ['repopath', 'repository', 'repo'])[0]?.name ?? call.cwd, call.args.texts('branch', 'ref', 'branchname')[0], lookup); // prettier-ignore
    return [draft('vcs.push', target, { remote: true, ...(defaultBranch === undefined ? {} : { defaultBranch }) })];
  }
  if (/\bdelete (?:branch|tag)\b|\b(?:branch|tag) delete\b|\bstash (?:drop|clear)\b/.test(call.words)) return [draft('vcs.delete-ref', target)]; // prettier-ignore
  if (/\b(?:clean|discard|restore)\b/.test(call.words) || hard || (force && /\b(?:checkout|switch)\b/.test(call.words))) return [draft('vcs.discard', [{ kind: 'path', name: call.cwd, followed: true }], { recovery: 'unknown' })]; // prettier-ignore
  return [draft(/\b(?:rebase|amend|filter)\b/.test(call.words) ? 'vcs.rewrite' : 'vcs.commit', target)];
};

export const serviceRules: readonly ToolRule[] = [
  { when: named(/^git (?!hub\b|lab\b)\w+/), effects: git },
  { when: named(/\b(?:ssh|remote|docker|container|pod|lambda|function|kubectl|sandbox) (?:exec|execute|run|command|invoke)\b|\b(?:exec|execute|run) (?:\w+ )?(?:remote|ssh|in (?:pod|container))\b/), effects: (call) => [draft('code.opaque', [{ kind: 'resource', name: call.name }], { remote: true })] }, // prettier-ignore
  { when: named(/\b(?:execute|exec|run|eval|evaluate) (?:\w+ )?(?:code|python|javascript|script|shell|bash|command)\b/), effects: (call) => [/\b(?:browser|page)\b/.test(call.domain) ? draft('code.run') : draft('code.opaque', [{ kind: 'resource', name: call.name }])] }, // prettier-ignore
  { when: named(/\b(?:kill|terminate|stop) (?:\w+ )?process(?:es)?\b/), effects: (call) => on(call, 'process.kill') },
  { when: named(/\b(?:format|wipe|erase|partition|repartition) (?:\w+ )?(?:disks?|drives?|partitions?|volumes?|devices?|usb|sd card)\b/), effects: (call) => on(call, 'disk.write', 'resource', { overwrite: true }) }, // prettier-ignore
  { when: named(/\b(?:shutdown|reboot|power off|restart) (?:\w+ )?(?:system|host|machine|computer)\b|^(?:shutdown|reboot)$/), effects: () => [draft('system.change', [{ kind: 'device', name: 'power' }], { force: true })] }, // prettier-ignore
  { when: named(/\b(?:create|add|schedule|register|set|install) (?:\w+ )?(?:cron(?: job)?|crontab|scheduled task|launch agent|startup(?: item)?|webhook|automation|trigger|hook)\b/), effects: (call) => on(call, 'persistence.add') }, // prettier-ignore
  { when: named(/\b(?:publish|release) (?:\w+ )?(?:package|npm|crate|gem|version|image)\b/), effects: (call) => on(call, 'package.publish') }, // prettier-ignore
  { when: named(/\b(?:unpublish|yank|deprecate) \w+/), effects: (call) => on(call, 'package.unpublish') },
  { when: named(/\b(?:run|execute) (?:\w+ )?(?:tests?|lint|build|typecheck|benchmarks?)\b/), effects: () => [draft('code.run')] }, // prettier-ignore
  { when: named(PROVISIONS), effects: provisions },
  { when: named(/\b(?:deploy|rollback|release|terraform|pulumi|infrastructure|provision|stack)\b/), effects: (call) => byKind(call, INFRA) }, // prettier-ignore
  { when: named(/\b(?:kubectl|k8s|kube|pods?|namespaces?|deployment|cluster|helm)\b/), effects: (call) => byKind(call, CLUSTER) }, // prettier-ignore
  { when: named(/\b(?:databases?|tables?|collections?|schema|index)\b/), effects: (call) => byKind(call, DATABASE) },
  { when: (call) => FORGE_WORDS.test(call.words) || /\b(?:git ?hub|git ?lab|bitbucket|gitea)\b/.test(call.domain), effects: forge }, // prettier-ignore
];
