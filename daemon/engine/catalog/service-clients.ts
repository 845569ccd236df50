/** Clients of single services whose commands share no common verbs: queues, name servers, proxies, monitoring, features. */
import type { Catalog, Rule } from './entry.ts';
import { does, draft, either, flag, has, nothing, operandText, when } from './rules.ts';
import { operands, optionNames } from './targets.ts';
import { MACHINE_OPTIONS, priced } from './provisioning.ts';
import { byVerb, family } from './verbs.ts';

const looks = does('cloud.read');
const verbs = byVerb(family('cloud'));
const deletes = does('cloud.delete', operands('resource'), { remote: true, force: flag('force', 'auth', 'yes') });
const TOPICS = optionNames('resource', 'topic', 'group', 'bootstrap-server');
const server = does('system.change', ({ operation }) => [{ kind: 'process', name: operation.program }]);

/** `nginx -s stop`, `haproxy -st PID`, `apachectl graceful-stop`. */
const stops: Rule = (call) => [
  draft('process.kill', [{ kind: 'process', name: call.operation.program }]),
  ...server(call),
];

export const serviceClients: Catalog = {
  'kafka-delete-records kafka-delete-records.sh': {
    options: 'bootstrap-server= offset-json-file= command-config=',
    effects: does('cloud.delete', TOPICS, { remote: true, bulk: true }),
  },
  'kafka-acls kafka-acls.sh kafka-configs kafka-configs.sh kafka-reassign-partitions kafka-reassign-partitions.sh': {
    options: 'bootstrap-server= topic= group= operation= add remove list describe alter force allow-principal= deny-principal= execute verify generate entity-type= entity-name= add-config= delete-config=', // prettier-ignore
    effects: when(has('list', 'describe', 'verify', 'generate'), looks, when(has('remove', 'delete-config'), does('cloud.delete', TOPICS, { remote: true }), does('cloud.change', TOPICS, { remote: true }))), // prettier-ignore
  },
  'kafka-consumer-groups kafka-consumer-groups.sh kafka-topics kafka-topics.sh kafka-streams-application-reset': {
    options: 'bootstrap-server= topic= group= list describe delete create alter reset-offsets execute dry-run all-topics all-groups to-offset= to-datetime= shift-by= partitions= replication-factor= export state members offsets', // prettier-ignore
    dryRun: has('dry-run'),
    effects: when(
      either(has('delete', 'reset-offsets')),
      does('cloud.delete', TOPICS, { remote: true, bulk: flag('all-topics', 'all-groups') }),
      when(has('list', 'describe'), looks, does('cloud.change', TOPICS, { remote: true })),
    ),
  },
  splunk: {
    options: 'auth= index= f',
    effects: when(({ args }) => /^(?:clean|remove|delete|disable)$/.test(args.operands[0]?.text ?? ''), deletes, verbs),
  },
  nsupdate: { options: 'l|local g k= y= v d t= p=', effects: does('cloud.change', () => [{ kind: 'resource', name: 'DNS records' }], { remote: true }) }, // prettier-ignore
  'rndc unbound-control pdnsutil': {
    options: 's= k= c= p=',
    effects: when(({ args }) => /^(?:status|stats|dumpdb|list-\w+|show-\w+|check-\w+|lookup)$/.test(args.operands[0]?.text ?? ''), nothing, verbs), // prettier-ignore
  },
  /** A name made up at run time carries data to whoever answers for the domain; a zone transfer asks for all of it. */
  'dig drill kdig': {
    options: 't= x= p= b= f= k= y=',
    effects: (call) => {
      const dynamic = call.args.operands.filter((word) => word.dynamic && /[$`]\(|`/.test(word.text));
      if (dynamic.length > 0) return [draft('net.send', dynamic.map(({ text }) => ({ kind: 'host', name: text, dynamic: true })), { remote: true }), draft('code.opaque', dynamic.map(({ text }) => ({ kind: 'host', name: text, dynamic: true })))]; // prettier-ignore
      return call.args.operands.some(({ text }) => /^[ai]xfr\b/i.test(text)) ? [draft('cloud.read')] : [];
    },
  },
  'nginx openresty': {
    options: 's= c= t T v V g= p= e=',
    effects: (call) => {
      const signal = call.args.options.get('s')?.at(-1)?.text ?? '';
      if (/^(?:stop|quit)$/.test(signal)) return stops(call);
      return has('t', 'T', 'v', 'V')(call) ? [] : [draft('net.listen')];
    },
  },
  haproxy: { style: 'long', options: 'f= c v vv D W p= st= sf= x=', effects: when(has('st', 'sf'), stops, when(has('c', 'v', 'vv'), nothing, does('net.listen'))) }, // prettier-ignore
  'apachectl apache2ctl': {
    options: 'k= t S v V D= f=',
    effects: (call) => {
      const what = operandText(call, 0) ?? call.args.options.get('k')?.at(-1)?.text ?? '';
      if (/^(?:stop|graceful-stop)$/.test(what)) return stops(call);
      return /^(?:start|restart|graceful)$/.test(what) ? server(call) : [];
    },
  },
  'caddy traefik envoy': {
    options: 'c|config= a|adapter=',
    effects: does('net.listen'),
    commands: { 'validate fmt adapt version list-modules environ healthcheck help': { effects: nothing }, stop: { effects: stops }, 'reload upgrade add-package remove-package': { effects: server } }, // prettier-ignore
  },
  doppler: {
    options: 'p|project= c|config= t|token= y|yes raw plain json scope= command= format=',
    effects: verbs,
    commands: {
      'setup login logout configure me help update open changelog tui': { effects: nothing },
      run: { style: 'posix', effects: does('code.run') },
      secrets: {
        effects: does('secret.read', operands('resource')),
        commands: { 'set upload': { effects: does('cloud.change', operands('resource'), { remote: true }) }, delete: { effects: deletes }, 'get download substitute': { effects: does('secret.read', operands('resource')) } }, // prettier-ignore
      },
    },
  },
  'infisical envkey dotenv-vault': {
    options: 'env= path= token= projectId=',
    effects: verbs,
    commands: { 'login init scan user reset help': { effects: nothing }, run: { style: 'posix', effects: does('code.run') }, 'secrets export pull get decrypt': { effects: does('secret.read', operands('resource')), commands: { set: { effects: does('cloud.change', operands('resource'), { remote: true }) }, delete: { effects: deletes } } } }, // prettier-ignore
  },
  kong: {
    options: 'c|conf= p|prefix= f|force y|yes vv',
    effects: verbs,
    commands: { 'config hybrid': { effects: does('file.write'), commands: { db_import: { effects: verbs } } }, 'health version check': { effects: looks }, migrations: { effects: verbs, commands: { 'list status': { effects: looks }, reset: { effects: does('db.drop', undefined, { bulk: true }) } } } }, // prettier-ignore
  },
  circleci: {
    options: 'c|config= org-slug= o= y',
    effects: verbs,
    commands: { local: { effects: does('container.run') }, 'config diagnostic info completion version open setup': { effects: looks } }, // prettier-ignore
  },
  'eksctl kops rosa gcloud-gke talosctl kubeadm kubespray crossplane': {
    options: `f|config-file= name= n= region= r= yes y force cluster= wait profile= nodes= node-type= nodes-max= nodes-min= node-size= state= ${MACHINE_OPTIONS}`, // prettier-ignore
    effects: priced(byVerb(family('cluster'))),
    commands: { delete: { effects: does('cluster.delete', operands('resource'), { remote: true, bulk: true }) }, 'reset destroy': { effects: does('cluster.delete', operands('resource'), { remote: true, bulk: true, force: flag('force', 'yes', 'y') }) } }, // prettier-ignore
  },
};
