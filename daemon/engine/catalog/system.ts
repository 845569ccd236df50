/** Services, users, schedules, processes, firewalls, power. */
import type { Call, Catalog, Condition, Rule } from './entry.ts';
import { does, draft, flag, has, nothing, operandText, optionValues, when } from './rules.ts';
import { pickedProcesses } from './picked-processes.ts';
import { firstOf, operands, optionPaths } from './targets.ts';

const processes = operands('process');
const changes = does('system.change', operands('resource'));
const persists = does('persistence.add', operands('resource'));
const gains = does('privilege.gain', operands('account'));
const users: Rule = (call) => [draft('account.change', operands('account')(call)), draft('system.change')];

/** Standard input becomes a schedule or a job. */
const schedules: Rule = (call) => [draft('persistence.add', operands('resource')(call))];

/** `kill -9 -1` stops everything the user runs. */
const kills: Rule = (call) => {
  const everything = call.operation.words.slice(1).some(({ text }, index) => text === '-1' && index > 0);
  return has('l', 'list', '0')(call) ? [] : [draft('process.kill', [...processes(call), ...pickedProcesses(call)], { ...(everything ? { bulk: true } : {}), ...(has('9', 'KILL')(call) ? { force: true } : {}) })]; // prettier-ignore
};

/** Names that processes of many programs have: `killall node` ends the editor's helpers too. */
const SHARED = /^(?:node(?:js)?|deno|bun|python[\d.]*|java|ruby|perl|php|go|dotnet|mono|Rscript|julia|electron|code|chrom(?:e|ium)|firefox|(?:ba|z|da|fi|k)?sh|sshd?|screen|tmux(?:: server)?|docker|git|make|npm|npx|yarn|pnpm|cargo|[.^][*+]?\$?)$/; // prettier-ignore

const killsShared = (call: Call): true | undefined =>
  (!has('parent', 'pgroup', 'terminal', 'session', 'pidfile')(call) && (has('user', 'uid', 'euid', 'inverse')(call) || call.args.operands.some(({ text }) => SHARED.test(text)))) || undefined; // prettier-ignore

/** Signal 0 only asks whether they are there. */
const killsByName = when(has('list', '0'), nothing, does('process.kill', processes, { bulk: killsShared, force: flag('9', 'KILL') })); // prettier-ignore

const userIsRoot = (call: Call): boolean =>
  optionValues(call, 'groups', 'gid').some(({ text }) => /\b(?:sudo|wheel|admin|root|docker)\b/.test(text)) ||
  call.args.operands.some(({ text }) => /^(?:sudo|wheel|admin|root|docker)$/.test(text));

/** One's own services are processes of one's own; what is switched on or off stays so. */
const ofUser: Condition = ({ args }) => args.options.has('user');
const restarts = when(ofUser, does('process.kill', processes), changes);

const SYSTEMCTL: Catalog = {
  'status show list-units list-unit-files list-timers list-sockets list-dependencies is-active is-enabled is-failed cat help get-default show-environment list-jobs list list-services print blame': { effects: nothing }, // prettier-ignore
  'start restart reload try-restart daemon-reload daemon-reexec reset-failed': { effects: restarts },
  'set-property kickstart': { effects: changes },
  'stop kill isolate suspend bootout unload disable mask': { options: 's|signal=', effects: [does('process.kill', processes), changes] }, // prettier-ignore
  'enable link preset edit load bootstrap submit add-wants add-requires set-default unmask revert set-environment import-environment': { options: 'now', effects: [persists, changes] }, // prettier-ignore
  'poweroff reboot halt kexec hibernate hybrid-sleep rescue emergency': { effects: does('system.change', () => [{ kind: 'device', name: 'power' }], { force: true }) }, // prettier-ignore
};

/** Firewalls: looking is harmless, flushing opens everything. */
const firewall: Rule = (call) => {
  if (has('list', 'L', 'S', 'list-rules')(call) || /^(?:status|list|show|list-all|version|app)$/.test(operandText(call, 0) ?? '')) return []; // prettier-ignore
  const open = has('F', 'flush', 'X', 'Z')(call) || call.args.operands.some(({ text }) => /^(?:disable|reset|flush)$/.test(text)); // prettier-ignore
  return [draft('system.change', operands('resource')(call), open ? { bulk: true, force: true } : {})];
};

/** `supervisorctl stop all`: processes that somebody keeps running. */
const SUPERVISED: Catalog = {
  'status tail maintail pid version avail fg help open': { effects: nothing },
  'stop restart signal': { effects: does('process.kill', processes, { bulk: ({ args }) => args.operands.some(({ text }) => /^(?:all|.*:\*)$/.test(text)) || undefined }) }, // prettier-ignore
  'start reread': { effects: does('code.run', operands('process')) },
};

export const system: Catalog = {
  supervisorctl: { options: 'c|configuration= s|serverurl= u|username= p|password= i r', commands: SUPERVISED, effects: does('process.kill', processes, { bulk: true }) }, // prettier-ignore
  'systemctl launchctl': {
    options: 'user system now f|force t= p= no-pager l q',
    commands: SYSTEMCTL,
    effects: changes,
  },
  'service rc-service sv initctl rc-update chkconfig update-rc.d': { effects: when(({ args }) => args.operands.some(({ text }) => text === 'status'), nothing, changes) }, // prettier-ignore
  'systemd-run': { options: 'user on-calendar= on-active= on-boot= u|unit= p= G t P', effects: [persists, does('code.opaque')] }, // prettier-ignore
  'loginctl timedatectl localectl resolvectl hostnamectl machinectl': { options: 'no-pager l a', effects: when(({ args }) => /^(?:set-|terminate-|kill-|lock-|disable|enable|flush|revert|reset|remove|poweroff|dns$|domain$)/.test(args.operands[0]?.text ?? ''), changes, nothing) }, // prettier-ignore
  'journalctl systemd-analyze coredumpctl': { options: 'vacuum-time= vacuum-size= rotate', effects: when(has('vacuum-time', 'vacuum-size'), does('file.delete', () => [{ kind: 'path', name: '/var/log/journal' }]), nothing) }, // prettier-ignore
  crontab: { options: 'l e r u= i', effects: when(has('l'), nothing, when(has('r'), does('system.change', () => [{ kind: 'resource', name: 'crontab' }], { bulk: true }), schedules)) }, // prettier-ignore
  'at batch': { options: 'f= l d= q= t= m', effects: when(has('l', 'd'), nothing, schedules) },
  'atq atrm': { effects: nothing },
  'useradd adduser usermod groupadd addgroup groupmod gpasswd': {
    options: 'G|groups= a|append g|gid= s= d= u= p= c= m o L U r A|add=',
    effects: [users, when(userIsRoot, gains)],
  },
  'userdel deluser groupdel delgroup': { options: 'r|remove f|force', effects: [users] },
  'passwd chpasswd chsh chage vipw vigr chfn pwconv newusers dscl sysadminctl': { effects: [users] },
  visudo: { options: 'c|check f|file=', effects: when(has('check'), nothing, does('privilege.gain', firstOf(optionPaths('file'), () => [{ kind: 'path', name: '/etc/sudoers' }]))) }, // prettier-ignore
  sudoedit: { effects: gains },
  'sudo doas su pkexec runuser gosu run0': { style: 'posix', options: 'u= g= l n v k', effects: when(has('l', 'v', 'k'), nothing, gains) }, // prettier-ignore
  'setcap capsh setpriv unshare nsenter chroot pivot_root': { style: 'posix', effects: gains },
  getcap: { effects: nothing },
  'kill killall5': { options: 's|signal= l|list q=', effects: kills },
  'pkill skill fkill Stop-Process': { options: 'signal= u|euid|user= U|uid= f|full P|parent= g|pgroup= t|terminal= s|session= F|pidfile= v|inverse x|exact e|echo i|ignore-case', effects: killsByName }, // prettier-ignore
  killall: { options: 's|signal= u|user= g|process-group v|verbose I|ignore-case r|regexp i|interactive w|wait q|quiet l|list y= o= Z=', effects: killsByName }, // prettier-ignore
  'fuser renice ionice taskset chrt': { effects: when(has('k'), does('process.kill', processes), nothing) },
  'shutdown reboot poweroff halt init telinit': { options: 'h r c k', effects: when(has('c', 'k'), nothing, does('system.change', () => [{ kind: 'device', name: 'power' }], { force: true })) }, // prettier-ignore
  'iptables ip6tables iptables-restore nft ufw firewall-cmd pfctl ebtables ipset arptables': { options: 'L|list S|list-rules F|flush t|table= A= D= I= j= p= s= d= n v f= list-all', effects: firewall }, // prettier-ignore
  ip: {
    options: '4 6 n|netns= br|brief s j d',
    effects: (call) => {
      const verb = call.args.operands.map(({ text }) => text).find((text) => /^(?:add|append|del|delete|set|flush|replace|change)$/.test(text));
      if (verb === undefined) return [];
      const adds = /^(?:add|append)$/.test(verb) || call.args.operands.at(-1)?.text === 'up';
      return [draft('system.change', operands('resource')(call), adds ? { additive: true } : {})];
    },
  }, // prettier-ignore
  'route ifup ifdown ethtool iw iwconfig nmcli networksetup scutil tc brctl dhclient': {
    effects: when(
      ({ args }) =>
        args.operands.length === 0 || args.operands.some(({ text }) => /^(?:-?show|list|status|-?get.*)$/.test(text)),
      nothing,
      changes,
    ),
  },
  'mount umount swapoff swapon': { options: 't= o= a l f', effects: when(({ args }) => args.operands.length === 0 && !args.options.has('a'), nothing, changes) }, // prettier-ignore
  defaults: { effects: when(({ args }) => /^(?:write|delete|import|rename)$/.test(args.operands[0]?.text ?? ''), does('file.write', operands('resource', 1)), nothing) }, // prettier-ignore
  date: { options: 's|set= d|date= f|file= r|reference= u', effects: when(has('set'), changes, nothing) },
  hostname: { options: 'f s i I d', effects: when(({ args }) => args.operands.length > 0, changes, nothing) },
  ifconfig: { effects: when(({ args }) => args.operands.length > 1, changes, nothing) },
  'modprobe insmod rmmod depmod update-initramfs grub-install update-grub efibootmgr nvram bless kextload sysctl-set update-alternatives ldconfig setenforce aa-disable aa-teardown semanage auditctl csrutil spctl pmset softwareupdate': { effects: changes }, // prettier-ignore
  'logger notify-send': { effects: nothing },
  'open xdg-open start explorer': { effects: does('code.run', operands('resource')) },
  'hwclock ntpdate': { effects: changes },
  history: { options: 'c d= w', effects: when(has('c'), does('file.delete', () => [{ kind: 'resource', name: 'shell history' }]), nothing) }, // prettier-ignore
  sysctl: { options: 'w|write p|load=? a n', effects: when((call) => has('write', 'load')(call) || call.args.operands.some(({ text }) => text.includes('=')), changes, nothing) }, // prettier-ignore
  'alternatives logrotate': { effects: changes },
};
