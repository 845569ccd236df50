/** Kubernetes: kubectl, helm and their kin. */
import type { EffectAttributes, Environment } from '../../../protocol/effect.ts';
import { environmentAfter } from '../earlier/selections.ts';
import { environmentOf, graverEnvironment } from './environment.ts';
import type { Call, Catalog, Condition, Rule } from './entry.ts';
import { both, does, draft, flag, has, nothing, optionText, reads, valueIs, when } from './rules.ts';
import { operands, optionPaths, paths } from './targets.ts';

const OPTIONS = 'n|namespace= context= kube-context= kubeconfig= cluster= user= s|server= A|all-namespaces l|selector= f|filename= o|output= dry-run=? all force grace-period= cascade=? wait=? timeout= k|kustomize= R|recursive as= token= field-selector= now v='; // prettier-ignore

/** The context named on the command line, or else the current one: only a changing verb has to know. */
function environment(call: Call): Environment | undefined {
  const named = environmentOf([optionText(call, 'context', 'kube-context'), optionText(call, 'namespace'), optionText(call, 'cluster'), optionText(call, 'server'), optionText(call, 'kubeconfig')]); // prettier-ignore
  if (has('context', 'kube-context')(call) || call.operation.remote !== undefined) return named;
  const selected = (call.context.selected ?? []).filter(({ family }) => family === 'kubernetes');
  if (named !== undefined) return graverEnvironment(named, environmentAfter(named, selected));
  const kubeconfig = optionText(call, 'kubeconfig') ?? call.operation.env['KUBECONFIG'] ?? '';
  const current = call.context.lookup.ask({ kind: 'kube-context', kubeconfig });
  const before = current.kind === 'known' ? environmentOf([current.data.context, current.data.cluster, current.data.namespace]) : 'unknown'; // prettier-ignore
  return environmentAfter(before, selected);
}

const rehearses: Condition = (call) => has('dry-run')(call) && !valueIs('dry-run', 'none', 'false')(call);

function attributes(call: Call): EffectAttributes {
  const known = environment(call);
  return {
    remote: true,
    ...(has('force', 'now')(call) || optionText(call, 'grace-period') === '0' ? { force: true } : {}),
    ...(has('all', 'all-namespaces')(call) || call.args.operands.some(({ text }) => text === 'all') ? { bulk: true } : {}),
    ...(known === undefined ? {} : { environment: known }),
  };
} // prettier-ignore

const changes: Rule = (call) => [draft('cluster.change', operands('resource')(call), attributes(call))];

/** Whole namespaces and definitions take everything in them along. */
const WHOLE =
  /^(?:namespaces?|ns|crds?|customresourcedefinitions?(?:\.|$)|pvc?s?|persistentvolume(?:claim)?s?|nodes?|no)(?:$|\/|,)/i;

const deletes: Rule = (call) => {
  const whole = call.args.operands.some(({ text }) => WHOLE.test(text));
  return [draft('cluster.delete', operands('resource')(call), { ...attributes(call), ...(whole ? { recursive: true } : {}) })]; // prettier-ignore
};

const looks = does('cluster.read');

/** INVARIANT: a cluster that nobody can place counts as one that matters. */
const isForTrying: Condition = (call) => ['local', 'development', 'staging'].includes(environment(call) ?? 'unknown');

const changesFirst: Rule = (call) => [draft('cluster.change', operands('resource', 0, 1)(call), attributes(call))];

/** `POD:PATH` comes first when something is fetched. */
const copiesOut: Condition = ({ args }) =>
  /:/.test(args.operands[0]?.text ?? '') && !/:/.test(args.operands[1]?.text ?? '');
const readsSecrets: Condition = ({ args }) =>
  args.operands.some(({ text }) => /^secrets?(?:$|\/|,)|,secrets?(?:$|,)/i.test(text)) && args.options.has('output');

const KUBECTL: Catalog = {
  'get describe': { options: 'w|watch show-labels sort-by=', effects: [looks, when(readsSecrets, does('secret.read', operands('resource', 1)))] }, // prettier-ignore
  'logs log top explain api-resources api-versions cluster-info version events diff wait auth options completion port-forward proxy kustomize': { effects: looks }, // prettier-ignore
  config: { effects: looks, commands: { 'set-context use-context set-cluster set-credentials set unset delete-context delete-cluster delete-user rename-context': { effects: does('file.write') }, view: { effects: when(has('raw'), does('secret.read', () => [{ kind: 'resource', name: 'kubeconfig' }]), nothing) } } }, // prettier-ignore
  'apply create patch edit replace set label annotate scale autoscale expose run cordon uncordon taint certificate debug':
    {
      options: 'p|patch= type= replicas= image= prune',
      style: 'gnu',
      dryRun: rehearses,
      effects: [changes, reads(optionPaths('filename')), when(has('prune'), deletes), when(isForcedReplace(), deletes)],
    },
  // What runs in there is an operation of its own; but where others may depend on it, nobody knows what it changes.
  'exec attach': { options: 'c|container= i|stdin t|tty', effects: when(isForTrying, looks, changesFirst) },
  cp: {
    options: 'c|container= no-preserve retries=',
    effects: when(copiesOut, both(looks, does('file.write', paths(1))), changes),
  },
  rollout: { dryRun: rehearses, effects: looks, commands: { 'restart undo pause resume': { effects: changes } } },
  'delete drain': { options: 'ignore-daemonsets delete-emptydir-data', dryRun: rehearses, effects: deletes },
};

function isForcedReplace(): Condition {
  return (call) => call.operation.words.some(({ text }) => text === 'replace') && has('force')(call);
}

const CHART = does('cluster.read');

export const cluster: Catalog = {
  'kubectl oc k microk8s.kubectl kubecolor': { options: OPTIONS, commands: KUBECTL, effects: changes },
  'k3s minikube kind k3d': { effects: looks, commands: { 'delete uninstall': { options: 'all', effects: does('cluster.delete', operands('resource'), { bulk: flag('all'), environment: 'local' }) }, 'start stop create load': { effects: does('cluster.change', operands('resource'), { environment: 'local' }) }, kubectl: { options: OPTIONS, commands: KUBECTL, effects: changes } } }, // prettier-ignore
  helm: {
    options: 'n|namespace= kube-context= kubeconfig= f|values= set= version= o|output= dry-run=? force i|install wait timeout= repo= no-hooks keep-history',
    effects: changes,
    commands: {
      'list ls status history get show search template lint version env dependency dep verify completion create package': { effects: CHART },
      plugin: { effects: CHART, commands: { 'install update': { effects: does('package.install', operands('package')) } } },
      registry: { options: 'u|username= p|password= password-stdin', effects: does('net.send', operands('host', 1)) },
      repo: { effects: does('net.fetch') },
      pull: { effects: does('net.fetch', operands('package')) },
      push: { effects: does('package.publish', operands('package')) },
      'install upgrade rollback test': { dryRun: rehearses, effects: changes },
      'uninstall delete del un': { dryRun: rehearses, effects: deletes },
    },
  }, // prettier-ignore
  'kustomize stern kubectx kubens k9s kubeval kubeconform kube-linter': { effects: looks },
  'velero argocd flux istioctl linkerd skaffold tilt helmfile': {
    options: OPTIONS,
    effects: changes,
    commands: { 'plugin get describe logs list version check diff template status': { effects: looks }, 'login logout relogin': { effects: does('net.send', operands('host')) }, 'delete uninstall destroy': { effects: deletes }, 'app backup restore schedule cluster repo proj': { effects: changes, commands: { 'get list describe logs diff history': { effects: looks }, delete: { effects: deletes } } } }, // prettier-ignore
  },
};
