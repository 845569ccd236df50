/** Programs that run a command as another process would be run: with limits, as a service's user, or in a room of its own. */
import type { WrapperSpec } from './spec.ts';

export const SANDBOXES: Readonly<Record<string, WrapperSpec>> = {
  // Init programs and supervisors
  tini: { short: 'ep' },
  'dumb-init': { short: 'r', long: ['rewrite'] },
  'with-contenv': {},
  setuidgid: { skip: 1, gain: true },
  's6-setuidgid': { skip: 1, gain: true },
  chpst: { short: 'uUebpoPmdftrcC' },
  daemonize: { short: 'acelopuE' },
  dtach: { marked: true },
  abduco: { short: 'nce' },

  // Passwords for others
  sshpass: { short: 'pfdP' },

  // Limits
  prlimit: { not: ['p', 'pid'] },
  cpulimit: { short: 'lpe', long: ['limit', 'exe', 'pid'], not: ['p', 'pid', 'e', 'exe'] },
  choom: { short: 'np', long: ['adjust', 'pid'], not: ['p', 'pid'] },
  cgexec: { short: 'g' },
  softlimit: { short: 'acdfmoprst' },
  runcon: { short: 'trul', skip: 1 },
  sg: { skip: 1, gain: true, source: ['c'] },

  // Rooms that share our files
  bwrap: { marked: true },
  proot: { short: 'rbwqk', long: ['rootfs', 'bind', 'cwd'] },
  fakechroot: {},
  'sandbox-exec': { short: 'fnpD' },

  // Rooms with files of their own
  schroot: { short: 'cnu', long: ['chroot', 'user', 'directory'], remote: 'chroot' },
  'systemd-nspawn': { short: 'DiMun', long: ['directory', 'image', 'machine', 'user', 'bind', 'bind-ro'], remote: 'nspawn' },
  lxc: { verb: ['exec'], marked: true, remote: 'container' },
  incus: { verb: ['exec'], marked: true, remote: 'container' },
  multipass: { verb: ['exec'], marked: true, remote: 'machine' },
  limactl: { verb: ['shell'], skip: 1, remote: 'machine' },
  lima: { remote: 'machine' },
  wsl: { short: 'du', long: ['distribution', 'user', 'cd'], not: ['l', 'list', 'status', 'shutdown', 'unregister', 'export', 'import', 'install', 'update', 'set-default'] },
  'wsl.exe': { short: 'du', long: ['distribution', 'user', 'cd'], not: ['l', 'list', 'status', 'shutdown', 'unregister', 'export', 'import', 'install', 'update', 'set-default'] },
}; // prettier-ignore
