/** Clients of clouds and hosted services: told by the verbs they share. */
import type { Call, Catalog, Rule } from './entry.ts';
import { does, draft, flag, has, operandText, optionValues, secretEffects, when, writes } from './rules.ts';
import { handsOutVariables, hostedVariables } from './hosted-variables.ts';
import { opaqueSql, sqlEffects } from './database-sql.ts';
import { asPath, firstOf, named, operands, optionNames, paths } from './targets.ts';
import type { Word } from '../types.ts';
import { MACHINE_OPTIONS, priced } from './provisioning.ts';
import { byVerb, callEnvironment, family, serviceAttributes } from './verbs.ts';

const kinds = family('cloud');
const verbs = priced(byVerb(kinds));

const REMOTE_URL = /^(?:s3|gs|gcs|az|wasbs?|abfss?|https?|r2|b2|oss|cos|remote):/i;
const isRemote = (word: Word): boolean => REMOTE_URL.test(word.text) || /^[\w-]{2,}:(?!\\)/.test(word.text);

/** Copies between here and a bucket: which way decides. */
const transfers: Rule = (call) => {
  const [from, to] = call.args.operands.slice(-2);
  if (from === undefined || to === undefined) return [draft('cloud.read')];
  const attributes = serviceAttributes(call);
  const mirror = has('delete', 'delete-destination', 'remove', 'd')(call) || (call.operation.program === 'rclone' && call.operation.words.some(({ text }) => text === 'sync')); // prettier-ignore
  const effects = isRemote(to)
    ? isRemote(from)
      ? [draft('cloud.change', [named('url', to)], attributes)]
      : [draft('net.upload', [asPath(call, from), named('url', to)], attributes), ...secretEffects([asPath(call, from)])]
    : [draft('net.fetch', [named('url', from)]), draft('file.write', [asPath(call, to)])];
  if (!mirror) return effects;
  const target = isRemote(to) ? draft('cloud.delete', [named('url', to)], { ...attributes, bulk: true, recursive: true }) : draft('file.delete', [asPath(call, to)], { recursive: true, bulk: true }); // prettier-ignore
  return [...effects, target];
}; // prettier-ignore

const moves: Rule = (call) => [
  ...transfers(call),
  draft('cloud.delete', operands('url', 0, 1)(call), serviceAttributes(call)),
];
const deletes: Rule = (call) => [draft('cloud.delete', operands('url')(call), serviceAttributes(call))];
const looks = does('cloud.read');
const secretValue: Rule = (call) => [
  draft('secret.read', [{ kind: 'resource', name: operandText(call, 1) ?? 'secret' }]),
];

const BUCKET: Catalog = {
  'ls stat cat du head presign tree find diff': { effects: looks },
  'cp sync rsync put copy mirror get': { options: 'r|recursive delete d exclude= include= acl= sse= storage-class=', effects: transfers }, // prettier-ignore
  'mv move': { options: 'r|recursive', effects: moves },
  'rm rb del delete purge': { options: 'r|recursive f|force', effects: deletes },
  mb: { effects: does('cloud.change', operands('url'), { additive: true }) },
  'website setmeta acl iam lifecycle versioning cors notification': {
    effects: does('cloud.change', operands('url')),
  },
};

const AWS = 'profile= region= output= query= endpoint-url= bucket= key= filters= instance-ids= function-name= stack-name= table-name= name= cluster= service= user-name= role-name= policy-arn= secret-id= queue-url= topic-arn= db-instance-identifier= cluster-identifier= vpc-id= group-id= group-name= zone-id= hosted-zone-id= dry-run no-dry-run generate-cli-skeleton'; // prettier-ignore

/** Mail and text messages go to people, whatever service sends them. */
const sendsMail = ({ args }: Call): boolean => /^(?:ses|sesv2|sns|pinpoint|pinpoint-sms-voice-v2|chime)$/.test(args.operands[0]?.text ?? '') && /^(?:send|publish)/.test(args.operands[1]?.text ?? ''); // prettier-ignore
const messages = does('message.send', optionNames('person', 'destination', 'to', 'topic-arn', 'phone-number', 'destinations', 'target-arn'), { remote: true }); // prettier-ignore

const handsOutSecrets = (call: Call): boolean => {
  const text = call.operation.words.map((word) => word.text).join(' ');
  return /\bget-secret-value\b|\bget-parameters?(?:-by-path)?\b.*--with-decryption|\bget-session-token\b|\bcreate-access-key\b|\bget-login-password\b|\bexport-credentials\b|\bassume-role\b|secrets? versions access|keyvault secret (?:show|download)|print-access-token|get-access-token|account keys list/.test(text); // prettier-ignore
};

const secretOr = (otherwise: Rule): Rule => when(handsOutSecrets, secretValue, otherwise);

/** Services of hosting platforms: deploys, environments, logs. */
const PLATFORM =
  'a|app= p|project= s|scope= t|token= e|env= environment= n|name= region= team= prod production y|yes f|force org= config= zone= account=';

/** `wrangler d1 execute NAME --command SQL`, `turso db shell NAME SQL`. */
const runsSql: Rule = (call) => {
  const target = operands('database', 0, 1)(call);
  const place = {
    targets: target,
    environment: has('local')(call) ? ('local' as const) : (callEnvironment(call) ?? ('unknown' as const)),
  };
  const sources = [...optionValues(call, 'command'), ...call.args.operands.slice(1)];
  if (sources.length === 0) return opaqueSql(place);
  return sources.flatMap(({ text, dynamic }) =>
    dynamic ? opaqueSql(place) : sqlEffects(text, 'sqlite', place, call.context),
  );
};

/** Which account, project or site later commands mean: a setting of the client on this machine. */
const chosen: Rule = (call) => [draft('file.write', [{ kind: 'resource', name: `settings of ${call.operation.program}` }])]; // prettier-ignore
const CHOOSES: Catalog = { set: { effects: chosen } };
const CHOSEN = { effects: verbs, commands: { 'set unset': { effects: chosen }, configurations: { effects: verbs, commands: { 'activate create': { effects: chosen } } } } } as const; // prettier-ignore

export const cloud: Catalog = {
  'aws awslocal': {
    options: `${AWS} ${MACHINE_OPTIONS} destination= to= phone-number= destinations= target-arn= message= subject=`,
    dryRun: has('dry-run', 'dryrun', 'generate-cli-skeleton'),
    effects: when(sendsMail, messages, secretOr(verbs)),
    commands: { s3: { options: 'dryrun', dryRun: has('dryrun'), commands: BUCKET, effects: verbs } },
  },
  'gsutil s3cmd s5cmd': {
    options: 'm q n|dry-run dryrun',
    dryRun: has('dry-run', 'dryrun'),
    commands: BUCKET,
    effects: verbs,
  },
  'rclone mc azcopy': { options: 'n|dry-run r|recursive force config= P v', dryRun: has('dry-run'), effects: verbs, commands: { ...BUCKET, 'lsd lsl lsf size check about version config': { effects: looks }, 'delete deletefile purge rmdir rmdirs cleanup remove': { effects: deletes } } }, // prettier-ignore
  'gcloud bq': { options: `project= account= zone= region= format= filter= impersonate-service-account= configuration= q|quiet r|recursive f|force d|dataset t|table dry_run ${MACHINE_OPTIONS}`, dryRun: has('dry_run'), effects: secretOr(verbs), commands: { storage: { commands: BUCKET, effects: verbs }, config: CHOSEN } }, // prettier-ignore
  az: { options: `g|resource-group= n|name= o|output= subscription= l|location= y|yes no-wait query= ${MACHINE_OPTIONS}`, effects: secretOr(verbs), commands: { 'account cloud': { options: 'n|name= s|subscription=', effects: secretOr(verbs), commands: CHOOSES } } }, // prettier-ignore
  'doctl linode-cli hcloud vultr-cli scw oci ibmcloud aliyun tccli exo civo upctl runpodctl vastai lambda-cloud prime paperspace modal sky': { options: `t|access-token= context= o|output= f|force project-id= region= ${MACHINE_OPTIONS}`, effects: verbs }, // prettier-ignore
  'vercel now': { options: PLATFORM, effects: when((call) => call.args.operands.length === 0, does('cloud.change', undefined, { environment: (call) => (has('prod')(call) ? 'production' : undefined) }), verbs), commands: { 'dev build link pull whoami': { effects: looks }, env: { effects: verbs, commands: { pull: { effects: [handsOutVariables, writes(firstOf(paths(), () => [{ kind: 'path', name: '.env.local' }]))] }, 'ls list': { effects: looks } } } } }, // prettier-ignore
  'fly flyctl heroku railway render netlify wrangler firebase supabase surge cloudflared amplify eb eas expo shopify convex neonctl neon turso pscale planetscale fastly algolia akamai dokku caprover deta zeit':
    {
      // prettier-ignore
      options: PLATFORM,
      dryRun: has('dry-run'),
      effects: verbs,
      commands: {
        // The SQL is the statement, whoever carries it.
        'd1 db': {
          effects: verbs,
          commands: {
            'execute shell': { options: 'command= file= local remote', effects: runsSql },
            'list info export': { effects: looks },
          },
        },
        'dev serve start emulators:start': { effects: does('code.run') },
        ...hostedVariables,
        'use link unlink': { effects: chosen },
        'gen serve': { effects: does('code.run') },
        functions: { effects: verbs, commands: { 'serve new': { effects: does('code.run') } } },
      },
    },
  'datadog-ci newrelic pd ldcli flipt unleash deck apigeecli nats rabbitmqadmin rabbitmqctl sentry-cli buildkite-agent travis jenkins-cli gitlab-runner pm2 consul nomad boundary waypoint etcdctl databricks snow snowsql dbt airflow prefect dagster temporal temporal-cli ngrok launchdarkly splitctl posthog okta auth0 auth0-cli clerk kafkactl kcat rpk pulsar-admin':
    {
      // prettier-ignore
      options: 'f|force y|yes n|dry-run p|project= profile= e|env=',
      dryRun: has('dry-run'),
      effects: when(
        has('delete'),
        does('cloud.delete', operands('resource'), { remote: true, force: flag('force') }),
        when(has('list', 'describe'), looks, verbs),
      ),
    },
};
