/** What a command line client of a service does, told by the verb among its operands. */
import type { EffectAttributes, EffectKind, Environment } from '../../../protocol/effect.ts';
import { environmentAfter, familyOf } from '../earlier/selections.ts';
import { environmentOf, graverEnvironment } from './environment.ts';
import type { Call, Rule } from './entry.ts';
import { draft, has } from './rules.ts';
import type { Word } from '../types.ts';

export type VerbKind = 'read' | 'change' | 'delete';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const DELETE = words(
  'delete del destroy remove rm rb purge terminate drop wipe erase nuke uninstall deregister revoke detach unset truncate prune empty cancel reset teardown down deprovision disassociate flush batchdelete abandon expire forget undelete-all rmi deletes',
); // prettier-ignore
const READ = words(
  'get list ls describe show view head lookup search find read info inspect status tail whoami check diff validate preview query scan wait explain print download select count summarize filter login logout watch clone exists receive subscribe sub listen evaluate estimate monitor doctor ping diagnostic diagnose health help browse simulate calculate',
); // prettier-ignore
/** Nouns that, with no verb after them, are looked at: `heroku apps`, `fly logs`; but `fly apps destroy`. */
const LOOKED_AT = words(
  'log logs version versions events history output cat stat stats metrics account sts regions locations releases apps usage size analytics graph dashboard plan auth tree docs completion open test lint fmt format ps top snapshots dump url api releases configure bench state',
); // prettier-ignore
const CHANGE = words(
  'create update put set add apply modify edit patch start stop restart reboot run deploy scale enable disable attach associate register import copy cp mv move sync upload push publish promote rollback merge close reopen rename restore resize invoke send execute exec submit launch transfer grant replace post new init provision upgrade install release up ssh rotate authorize allow deny bind link unlink assign migrate trigger approve reject dispatch pause resume redeploy fork archive unarchive lock unlock pin build redrive activate deactivate failover swap save insert increment write change',
); // prettier-ignore

/** The verb in `delete-bucket`, `apps:destroy`, `batch_delete`, `cluster_status`, `deleteMany`, or `undefined`. */
export function verbKind(word: string): VerbKind | undefined {
  const parts = word.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase().split(/[-_:.]/); // prettier-ignore
  const first = kindOf(parts[0] ?? '');
  if (parts.length === 1) return first;
  if (parts[0] === 'test' && parts[1] !== 'invoke') return 'read';
  const last = kindOf(parts.at(-1) ?? '');
  if (/[:.]/.test(word)) return graver(first, last);
  if (/^(?:batch|bulk|force|admin)$/.test(parts[0] ?? '')) return graver(first, kindOf(parts[1] ?? ''));
  return first ?? last;
}

function graver(a: VerbKind | undefined, b: VerbKind | undefined): VerbKind | undefined {
  return (['delete', 'change', 'read'] as const).find((kind) => kind === a || kind === b);
}

function kindOf(word: string): VerbKind | undefined {
  return DELETE.has(word) ? 'delete' : READ.has(word) ? 'read' : CHANGE.has(word) ? 'change' : undefined;
}

/** Nouns come first and the verb after them (`compute instances delete NAME`); names of things follow the verb. */
const SEARCHED_OPERANDS = 5;

export type Family = Readonly<Record<VerbKind, EffectKind>>;
export const family = (name: 'cloud' | 'forge' | 'cluster'): Family =>
  name === 'forge'
    ? { read: 'net.fetch', change: 'forge.change', delete: 'forge.delete' }
    : { read: `${name}.read`, change: `${name}.change`, delete: `${name}.delete` };

/** The rule of a client whose verbs speak for themselves; what has no known verb changes something. */
export function byVerb(kinds: Family, fallback: VerbKind = 'change'): Rule {
  return (call) => {
    const operands = call.args.operands.slice(0, SEARCHED_OPERANDS);
    const index = operands.findIndex(({ text, dynamic }) => !dynamic && verbKind(text) !== undefined);
    const kind = index < 0 ? (operands.length === 0 || operands.some(({ text }) => LOOKED_AT.has(text)) ? 'read' : fallback) : (verbKind(operands[index]?.text ?? '') ?? fallback);
    if (kind === 'read') return [draft(kinds.read)];
    const things = [...call.args.operands.slice(index < 0 ? 1 : index + 1), ...thingsInOptions(call)];
    const named = (things.length > 0 ? things : operands).map(({ text, dynamic }) => ({ kind: 'resource' as const, name: text, ...(dynamic ? { dynamic } : {}) })); // prettier-ignore
    return [draft(kinds[kind], named, serviceAttributes(call))];
  };
} // prettier-ignore

/** `--bucket NAME`, `--instance-ids ID`; not where the call goes or how it prints. */
function thingsInOptions({ args }: Call): readonly Word[] {
  return [...args.options].flatMap(([name, values]) => (ASIDE.has(name) ? [] : values));
}
const ASIDE = words('profile region output query format project account subscription endpoint-url repo context jq json template filters filter limit'); // prettier-ignore

/** What the flags and names of a call to a service give away. */
export function serviceAttributes(call: Call): EffectAttributes {
  const environment = callEnvironment(call);
  return {
    remote: true,
    ...(has('recursive', 'r', 'cascade')(call) ? { recursive: true } : {}),
    ...(has('force', 'f', 'yes', 'y', 'quiet', 'q', 'auto-approve', 'assume-yes', 'no-prompt', 'non-interactive', 'skip-final-snapshot', 'force-delete-without-recovery')(call) ? { force: true } : {}), // prettier-ignore
    ...(has('all')(call) ? { bulk: true } : {}),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** From everything that is named on the command line and in the variables that choose an account. */
export function callEnvironment(call: Call): Environment | undefined {
  const values = [...call.args.options.values()].flat();
  const flags = [...call.args.options.keys()].filter((name) => name === 'prod' || name === 'production');
  const named = environmentOf([...call.args.operands.map(({ text }) => text), ...values.map(({ text }) => text), ...flags, ...ACCOUNT_VARIABLES.map((name) => call.operation.env[name])]); // prettier-ignore
  const family = familyOf(call.operation.program);
  const selected = (call.context.selected ?? []).filter((one) => one.family === family);
  return selected.length === 0 ? named : graverEnvironment(named, environmentAfter(named, selected));
}

const ACCOUNT_VARIABLES = ['AWS_PROFILE', 'CLOUDSDK_CORE_PROJECT', 'KUBECONFIG', 'NODE_ENV', 'RAILS_ENV', 'VERCEL_ENV', 'TF_WORKSPACE', 'FLY_APP', 'HEROKU_APP', 'DOCKER_HOST']; // prettier-ignore
