/** Docker, Podman and Compose. */
import type { Call, Catalog, Condition, Rule } from './entry.ts';
import { does, draft, either, flag, has, optionValues, reads, when } from './rules.ts';
import { operands, optionPaths, paths } from './targets.ts';

const RUN = 'd|detach i|interactive t|tty rm name= e|env= env-file= v|volume= mount= p|publish= w|workdir= u|user= network= net= entrypoint= privileged cap-add= security-opt= pid= ipc= uts= userns= device= h|hostname= l|label= m|memory= cpus= restart= platform= volumes-from= add-host= gpus= log-driver= log-opt= pull= shm-size= ulimit= a|attach= cgroupns='; // prettier-ignore

/** Host folders that give a container the whole machine or the daemon that rules it. */
const HOST_ROOT = /^(?:\/|\/etc|\/root|\/boot|\/dev|\/proc|\/sys|\/var|\/var\/run|\/var\/lib|\/usr|\/home)(?:\/?$|\/?:)|docker\.sock|containerd\.sock|podman\.sock/; // prettier-ignore

const mountsHost: Condition = (call) =>
  optionValues(call, 'volume').some(({ text }) => HOST_ROOT.test(text)) ||
  optionValues(call, 'mount').some(({ text }) => HOST_ROOT.test(/(?:source|src)=([^,]*)/.exec(text)?.[1] ?? ''));

const hasHostRights: Condition = either(
  has('privileged', 'device'),
  mountsHost,
  (call) => optionValues(call, 'pid', 'ipc', 'userns', 'uts', 'cgroupns').some(({ text }) => text === 'host'),
  (call) => optionValues(call, 'cap-add').some(({ text }) => /^(?:ALL|(?:CAP_)?SYS_(?:ADMIN|PTRACE|MODULE|RAWIO)|(?:CAP_)?DAC_\w+)$/i.test(text)), // prettier-ignore
  (call) => optionValues(call, 'security-opt').some(({ text }) => /unconfined|disable/.test(text)),
);

const runs: Rule = (call) => [
  draft('container.run', operands('resource', 0, 1)(call)),
  ...(hasHostRights(call) ? [draft('privilege.gain', [{ kind: 'resource', name: 'host' }])] : []),
];

/** `$(docker ps -aq)`: whatever a listing prints. */
const all = (call: Call): true | undefined => has('all')(call) || call.args.operands.some(({ text, dynamic }) => dynamic && /[$`]/.test(text)) || undefined; // prettier-ignore
const force = { force: flag('force') };
const removes = does('container.remove', operands('resource'), { ...force, bulk: all });
const removesVolumes = does('container.remove', operands('resource'), { ...force, bulk: all, recovery: 'none' });
const prunes = does('container.remove', undefined, { bulk: true, ...force, recursive: flag('all', 'volumes') });
/** What nothing refers to by name any more; with `--all` whatever no container uses. */
const prunesLoose = does('container.remove', undefined, { bulk: flag('all'), recursive: flag('all'), recovery: (call) => (has('all')(call) ? undefined : 'regenerable') }); // prettier-ignore
/** Networks hold nothing, and what a Compose file describes is made again by it. */
const removesDescribed = does('container.remove', operands('resource'), {
  ...force,
  bulk: all,
  recovery: 'regenerable',
});
const works = does('container.run', operands('resource'));
const login = does('net.send', operands('host'));
const pushesImage = does('package.publish', operands('package'), { remote: true });

const CONTAINER: Catalog = {
  'ps ls list logs inspect top stats port diff events wait version info search history context help': { options: 'f|filter= format= n= tail= since=', effects: [] }, // prettier-ignore
  'run create': { options: RUN, style: 'posix', effects: runs },
  'exec attach': { options: RUN, style: 'posix', effects: when(has('privileged'), does('privilege.gain', operands('resource', 0, 1)), works) }, // prettier-ignore
  'start restart unpause rename update commit tag load import': { effects: works },
  'stop kill pause': {
    options: 's|signal= t|time= a|all',
    effects: does('process.kill', operands('resource'), { bulk: all }),
  },
  cp: { effects: [reads(paths(0, 1)), works] },
  'save export': { options: 'o|output=', effects: does('file.write', optionPaths('output'), { overwrite: true }) },
  rm: { options: 'f|force v|volumes l|link a|all', effects: when(has('volumes'), removesVolumes, removes) },
  prune: { options: 'a|all f|force volumes filter=', effects: prunes },
};

const COMPOSE: Catalog = {
  'ps ls logs config images top events port version stats': { options: 'f= n= tail=', effects: [] },
  'up start restart run exec create build pull unpause scale watch': { options: 'd|detach build V|renew-anon-volumes', effects: when(has('renew-anon-volumes'), removesVolumes, works) }, // prettier-ignore
  'stop kill pause': { effects: does('process.kill', operands('resource')) },
  down: {
    options: 'v|volumes rmi= remove-orphans t|timeout=',
    effects: when(has('volumes'), does('container.remove', () => [{ kind: 'resource', name: 'volumes' }], { bulk: true, recovery: 'none' }), does('container.remove', () => [{ kind: 'resource', name: 'containers' }], { recovery: 'regenerable' })),
  }, // prettier-ignore
  rm: { options: 'f|force s|stop v|volumes', effects: when(has('volumes'), removesVolumes, removesDescribed) },
  push: { effects: pushesImage },
};

export const containers: Catalog = {
  'docker podman nerdctl finch': {
    options: 'H|host= c|context= l|log-level= D|debug config= tls',
    separate: true,
    effects: works,
    commands: {
      ...CONTAINER,
      container: { commands: CONTAINER },
      'images manifest buildx-version': { effects: [] },
      buildx: { effects: works, commands: { 'ls du inspect version imagetools': { effects: [] }, prune: { options: 'a|all f|force filter=', effects: does('container.remove', undefined, { ...force, bulk: flag('all'), recovery: 'regenerable' }) }, 'rm stop': { effects: removes }, 'build bake': { options: 't|tag= f|file= push build-arg= platform= progress= o|output= load', effects: [works, when(has('push'), pushesImage)] } } }, // prettier-ignore
      build: { options: 't|tag= f|file= push build-arg= platform=', effects: [works, when(has('push'), pushesImage)] }, // prettier-ignore
      pull: { effects: does('net.fetch', operands('package')) },
      push: { effects: pushesImage },
      'login logout': { options: 'u|username= p|password=', effects: login },
      'rmi untag': { options: 'f|force a|all', effects: removes },
      image: { commands: { 'ls list inspect history': { effects: [] }, 'rm remove': { options: 'f|force', effects: removes }, prune: { options: 'a|all f|force filter=', effects: prunesLoose }, pull: { effects: does('net.fetch', operands('package')) }, push: { effects: pushesImage }, 'build tag load save import': { effects: works } } }, // prettier-ignore
      volume: { commands: { 'ls list inspect': { effects: [] }, create: { effects: works }, 'rm remove': { options: 'f|force', effects: removesVolumes }, prune: { options: 'a|all f|force filter=', effects: does('container.remove', undefined, { bulk: true, ...force, recovery: 'none' }) } } }, // prettier-ignore
      network: { commands: { 'ls list inspect': { effects: [] }, 'create connect disconnect': { effects: works }, 'rm remove': { options: 'f|force', effects: removesDescribed }, prune: { options: 'f|force filter=', effects: prunesLoose } } }, // prettier-ignore
      system: { commands: { 'df info events': { effects: [] }, prune: { options: 'a|all f|force volumes filter=', effects: when(has('volumes'), does('container.remove', undefined, { bulk: true, ...force, recovery: 'none' }), prunes) }, 'reset migrate': { options: 'f|force', effects: does('container.remove', undefined, { bulk: true, ...force, recovery: 'none' }) } } }, // prettier-ignore
      builder: { commands: { prune: { options: 'a|all f|force', effects: does('container.remove', undefined, { recovery: 'regenerable' }) }, build: { effects: works } } }, // prettier-ignore
      'swarm service stack node secret config plugin': {
        effects: works,
        commands: { 'ls list ps inspect logs': { effects: [] }, 'rm remove leave': { options: 'f|force', effects: does('cluster.delete', operands('resource'), force) } }, // prettier-ignore
      },
      compose: { options: 'f|file= p|project-name= profile= env-file=', commands: COMPOSE },
      machine: { effects: works, commands: { 'ls list inspect': { effects: [] }, 'rm reset': { options: 'f|force', effects: does('container.remove', operands('resource'), { ...force, recovery: 'none' }) } } }, // prettier-ignore
    },
  },
  'docker-compose podman-compose': { options: 'f|file= p|project-name= profile= env-file=', commands: COMPOSE },
  'buildah skopeo kaniko': { effects: works },
};
