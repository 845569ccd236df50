/** Programs whose arguments are a command: what stands in front of it, and what being inside means. */
import { PROJECT_RUNNERS } from './project-runners.ts';
import { SANDBOXES } from './sandboxes.ts';
import type { WrapperSpec } from './spec.ts';

const SUDO: WrapperSpec = {
  short: 'ugpChDRTUrt',
  long: ['user', 'group', 'prompt', 'close-from', 'host', 'chdir', 'chroot', 'command-timeout', 'other-user', 'role', 'type'],
  assignments: true,
  gain: true,
  not: ['l', 'list', 'v', 'validate', 'k', 'K', 'reset-timestamp', 'remove-timestamp', 'V', 'version', 'help'],
  shell: ['i', 's', 'login', 'shell'],
  chdir: ['D', 'chdir'],
}; // prettier-ignore

const TIME: WrapperSpec = {
  short: 'fo',
  long: ['format', 'output'],
  writes: ['o', 'output'],
  appends: ['a', 'append'],
};

export const WRAPPERS: Readonly<Record<string, WrapperSpec>> = {
  __proto__: null as never,

  // Other users
  sudo: SUDO,
  sudoedit: { ...SUDO, not: [...(SUDO.not ?? [])] },
  doas: { short: 'Cu', gain: true, not: ['L', 'C'], shell: ['s'] },
  pkexec: { long: ['user'], gain: true, not: ['version', 'help'] },
  run0: { short: 'ugD', long: ['user', 'group', 'chdir', 'unit', 'property', 'setenv', 'description', 'slice', 'nice', 'background', 'machine'], gain: true, chdir: ['D', 'chdir'] }, // prettier-ignore
  gosu: { skip: 1, gain: true },
  'su-exec': { skip: 1, gain: true },
  setpriv: { long: ['reuid', 'regid', 'groups', 'securebits', 'inh-caps', 'ambient-caps', 'bounding-set', 'pdeathsig', 'selinux-label', 'apparmor-profile'], gain: true }, // prettier-ignore

  // Environment, priority, time
  env: { bareDash: true, short: 'uCSaP', long: ['unset', 'chdir', 'split-string', 'argv0'], assignments: true, chdir: ['C', 'chdir'], source: ['S', 'split-string'] }, // prettier-ignore
  nice: { short: 'n', long: ['adjustment'] },
  ionice: { short: 'cnpPu', long: ['class', 'classdata', 'pid', 'pgid', 'uid'], not: ['p', 'pid', 'P', 'u'] },
  chrt: { short: 'TPD', long: ['sched-runtime', 'sched-period', 'sched-deadline'], skip: 1, not: ['p', 'pid', 'm', 'max'] }, // prettier-ignore
  taskset: { skip: 1, not: ['p', 'pid'] },
  numactl: { short: 'pmCNPlibt', long: ['interleave', 'preferred', 'membind', 'cpunodebind', 'physcpubind'], not: ['s', 'show', 'H', 'hardware'] }, // prettier-ignore
  timeout: { short: 'ks', long: ['kill-after', 'signal'], skip: 1 },
  gtimeout: { short: 'ks', long: ['kill-after', 'signal'], skip: 1 },
  nohup: {},
  setsid: {},
  stdbuf: { short: 'ioe', long: ['input', 'output', 'error'] },
  unbuffer: {},
  time: TIME,
  gtime: TIME,
  chronic: {},
  caffeinate: { short: 'tw' },
  setarch: { skip: 1 },
  linux32: {},
  linux64: {},
  fakeroot: { short: 'ils', long: ['lib', 'faked'] },
  ltrace: { short: 'eFlnopsuxaADL', long: ['output'], writes: ['o', 'output'] },
  strace: { short: 'EeIaOopPsSuUbX', long: ['trace', 'output', 'env', 'user', 'attach'], not: ['p', 'attach'], writes: ['o', 'output'], appends: ['A', 'output-append-mode'] }, // prettier-ignore
  valgrind: {},
  catchsegv: {},
  faketime: { short: 'fp', skip: 1 },
  'systemd-run': { short: 'pMuEHtSG', long: ['property', 'unit', 'slice', 'uid', 'gid', 'description', 'setenv', 'nice', 'working-directory', 'on-active', 'on-boot', 'on-startup', 'on-unit-active', 'on-calendar', 'timer-property', 'machine', 'host', 'service-type'], keep: true }, // prettier-ignore
  'systemd-inhibit': { long: ['what', 'who', 'why', 'mode'] },
  'dbus-run-session': { long: ['config-file', 'dbus-daemon'] },
  'dbus-launch': {},
  'xvfb-run': { short: 'efnspw', long: ['error-file', 'auth-file', 'server-num', 'server-args', 'xauth-protocol'] },
  'ssh-agent': { short: 'aEtOP', not: ['k'] },
  firejail: {},
  proxychains: { short: 'f' },
  proxychains4: { short: 'f' },
  torsocks: { short: 'uiaPp' },
  rlwrap: { short: 'bcCdDefghHlmMNoOpPqrRsStz' },

  // Other roots and namespaces
  chroot: { long: ['userspec', 'groups'], skip: 1, remote: 'chroot' },
  unshare: { short: 'RwSG', long: ['root', 'wd', 'setuid', 'setgid', 'map-user', 'map-group', 'propagation', 'setgroups'] }, // prettier-ignore
  nsenter: { short: 'tSGrwW', long: ['target', 'setuid', 'setgid'], gain: true },

  // Locks, repetition, sessions
  flock: { short: 'wEc', long: ['wait', 'timeout', 'conflict-exit-code', 'command'], skip: 1, source: ['c', 'command'], writes: ['first'], appends: ['first'] }, // prettier-ignore
  watch: { short: 'nq', long: ['interval', 'equexit'], joined: true },
  entr: { keep: true },
  script: { short: 'cEITOBmo', long: ['command', 'echo', 'log-in', 'log-out', 'log-io', 'log-timing', 'logging-format', 'output-limit'], skip: 1, source: ['c', 'command'], not: ['version', 'help'], writes: ['first', 'I', 'O', 'B', 'T', 'log-in', 'log-out', 'log-io', 'log-timing', 'timing'], appends: ['a', 'append'] }, // prettier-ignore
  'start-stop-daemon': { short: 'pxnuacgkNdsR', long: ['pidfile', 'exec', 'name', 'user', 'startas', 'chuid', 'group', 'chdir', 'signal', 'retry', 'nicelevel'], source: ['x', 'exec', 'a', 'startas'], keep: true }, // prettier-ignore

  ...PROJECT_RUNNERS,
  ...SANDBOXES,

  // Builtins of shells
  command: { sameShell: true, not: ['v', 'V'] },
  builtin: { sameShell: true },
  exec: { short: 'a', sameShell: true },
  coproc: {},
  noglob: {},
  nocorrect: {},
}; // prettier-ignore
