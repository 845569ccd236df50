/** Programs of Windows and the built-in words of cmd.exe: files, disks, the registry, services, power. */
import type { Target } from '../../../protocol/effect.ts';
import type { Brought } from '../types.ts';
import type { Call, Catalog, Condition, Rule } from './entry.ts';
import { does, draft, nothing, readEffects, when } from './rules.ts';
import { asPath, named } from './targets.ts';
import { writeEffects } from './writes.ts';

/** Switches start with a slash; they are told from paths by being short and holding no other slash. */
const SWITCH = /^[/-](?:[?\w-]{1,24})(?::.*)?$/;
const words = (call: Call) => call.operation.words.slice(1);
const operands = (call: Call) => words(call).filter(({ text }) => !SWITCH.test(text));
const paths = (call: Call): readonly Target[] => operands(call).map((word) => asPath(call, { ...word, text: word.text.replaceAll('\\', '/') })); // prettier-ignore
const things = (call: Call): readonly Target[] => operands(call).map((word) => named('resource', word));
const given = (...switches: readonly string[]): Condition => (call) => words(call).some(({ text }) => switches.includes(text.toLowerCase())); // prettier-ignore
const verb =
  (pattern: RegExp): Condition =>
  (call) =>
    pattern.test(operands(call)[0]?.text.toLowerCase() ?? '');

const deletes: Rule = (call) => [
  draft('file.delete', paths(call), {
    ...(given('/s', '-r', '-rf')(call) ? { recursive: true } : {}),
    ...(given('/q', '/f')(call) ? { force: true } : {}),
  }),
];
const changes: Rule = (call) => [draft('system.change', things(call))];
const persists: Rule = (call) => [draft('persistence.add', things(call)), draft('system.change', things(call))];
const power = does('system.change', () => [{ kind: 'device', name: 'power' }], { force: true });
const wipes: Rule = (call) => [draft('disk.write', things(call).map(({ name }) => ({ kind: 'device', name })), { overwrite: true, force: true })]; // prettier-ignore

/** Keys of the registry at which programs are started by themselves. */
const AUTOSTART = /\\(?:run|runonce|runservices|winlogon|image file execution options|userinit|appinit_dlls|services)(?:\\|$|")/i; // prettier-ignore

const registry: Rule = (call) => {
  if (verb(/^(?:query|compare|export)$/)(call)) return verb(/^export$/)(call) && /\\sam|\\security/i.test(call.operation.argv.join(' ')) ? [draft('secret.read', things(call))] : []; // prettier-ignore
  if (verb(/^save$/)(call)) return [draft('secret.read', things(call))];
  const starts = call.operation.argv.some((word) => AUTOSTART.test(word));
  return [draft('system.change', things(call)), ...(starts && verb(/^add$/)(call) ? [draft('persistence.add', things(call))] : [])]; // prettier-ignore
};

const tasks: Rule = (call) => {
  if (given('/query')(call)) return [];
  return given('/create', '/change')(call) ? persists(call) : changes(call);
};

const accounts: Rule = (call) => {
  if (verb(/^(?:user|localgroup|group|accounts)$/)(call)) {
    const gains = operands(call).some(({ text }) => /^administrators?$/i.test(text)) && given('/add')(call);
    if (!given('/add', '/delete', '/active:no', '/active:yes')(call) && operands(call).length < 3) return [];
    return [draft('account.change', things(call).slice(1)), ...(gains ? [draft('privilege.gain', things(call).slice(2))] : [])]; // prettier-ignore
  }
  if (verb(/^(?:stop|pause)$/)(call)) return [draft('process.kill', things(call).slice(1)), draft('system.change', things(call).slice(1))]; // prettier-ignore
  return verb(/^(?:view|statistics|config|session|file|time)$/)(call) && operands(call).length < 2 ? [] : changes(call);
};

const kills: Rule = (call) => [
  draft(
    'process.kill',
    operands(call).map((word) => named('process', word)),
    given('/f')(call) ? { force: true } : {},
  ),
];

const copies: Rule = (call) => {
  const all = paths(call);
  const to = all.slice(1, 2);
  return [...readEffects(all.slice(0, 1)), ...writeEffects(to, { overwrite: true, replaced: true }), ...(given('/mir', '/purge')(call) ? [draft('file.delete', to, { recursive: true, bulk: true })] : []), ...(given('/mov', '/move')(call) ? [{ ...draft('file.move', all.slice(0, 1)), brings: broughtBy(call) }] : [])]; // prettier-ignore
};
function broughtBy(call: Call): readonly Brought[] {
  const [from, to] = paths(call);
  return from === undefined || to === undefined ? [] : [{ from, to }];
}

const moves: Rule = (call) => [
  { ...draft('file.move', paths(call).slice(0, 1)), brings: broughtBy(call) },
  ...writeEffects(paths(call).slice(1, 2), { overwrite: true, replaced: true }),
];

const downloads: Rule = (call) => [
  draft('net.fetch', words(call).filter(({ text }) => /^https?:/i.test(text)).map((word) => named('url', word))),
  draft('file.write', paths(call).slice(-1)),
]; // prettier-ignore

const shadow: Condition = (call) => operands(call).some(({ text }) => /^(?:delete|resize|reset|disable|clear-log|cl)$/i.test(text)); // prettier-ignore
const loses = does('file.delete', () => [{ kind: 'resource', name: 'shadow copies and logs' }], { bulk: true, recovery: 'none' }); // prettier-ignore

export const windows: Catalog = {
  'del erase': { style: 'plain', effects: deletes },
  'rd rmdir.exe': { style: 'plain', effects: deletes },
  'format format.com': { style: 'plain', effects: when((call) => operands(call).some(({ text, dynamic }) => dynamic || /^[a-z]:?$/i.test(text) || text.startsWith('/dev/')), wipes, does('code.run')) }, // prettier-ignore
  diskpart: { style: 'plain', effects: when(given('/s'), does('code.opaque'), wipes) },
  'cipher sdelete': { style: 'plain', effects: (call) => (words(call).some(({ text }) => /^\/w/i.test(text)) ? wipes(call) : deletes(call)) }, // prettier-ignore
  'reg regedit': { style: 'plain', effects: registry },
  schtasks: { style: 'plain', effects: tasks },
  'sc sc.exe': { style: 'plain', effects: when(verb(/^(?:query\w*|qc|qdescription|getdisplayname|enumdepend|sdshow)$/), nothing, when(verb(/^(?:create|config|failure)$/), persists, when(verb(/^(?:stop|delete)$/), (call) => [draft('process.kill', things(call).slice(1)), ...changes(call)], changes))) }, // prettier-ignore
  'net net1': { style: 'plain', effects: accounts },
  taskkill: { style: 'plain', effects: kills },
  tskill: { style: 'plain', effects: kills },
  'tasklist systeminfo ver whoami.exe where.exe findstr fc comp driverquery getmac ipconfig nbtstat qwinsta quser gpresult chcp vol label.exe assoc ftype title color cls rem pause.exe timeout.exe': {
    style: 'plain',
    effects: nothing,
  }, // prettier-ignore
  'vssadmin wevtutil wbadmin fsutil': { style: 'plain', effects: when(shadow, loses, when(verb(/^(?:list|query|qe|gl|el|get|fsinfo|volume|behavior|usn)$/), nothing, changes)) }, // prettier-ignore
  wmic: { style: 'plain', effects: when((call) => operands(call).some(({ text }) => /^(?:delete)$/i.test(text)), when((call) => /shadowcopy/i.test(call.operation.argv.join(' ')), loses, changes), when((call) => operands(call).some(({ text }) => /^(?:call|create|set)$/i.test(text)), does('code.opaque'), nothing)) }, // prettier-ignore
  'bcdedit bootrec reagentc': { style: 'plain', effects: when((call) => words(call).length === 0 || given('/enum', '/info')(call), nothing, changes) }, // prettier-ignore
  netsh: { style: 'plain', effects: when((call) => operands(call).some(({ text }) => /^(?:show|dump)$/i.test(text)), nothing, (call) => [draft('system.change', things(call), /\boff\b|\breset\b|\bdelete\b/i.test(call.operation.argv.join(' ')) ? { bulk: true, force: true } : {})]) }, // prettier-ignore
  'icacls cacls takeown attrib': { style: 'plain', effects: (call) => (words(call).length < 2 ? [] : [draft('file.permissions', paths(call).slice(0, 1), given('/t', '/r', '/s')(call) ? { recursive: true } : {})]) }, // prettier-ignore
  'robocopy xcopy copy': { style: 'plain', effects: copies },
  'move ren': { style: 'plain', effects: moves },
  'certutil bitsadmin': { style: 'plain', effects: when((call) => words(call).some(({ text }) => /urlcache|transfer|verifyctl/i.test(text)), downloads, when((call) => words(call).some(({ text }) => /decode/i.test(text)), does('file.write'), nothing)) }, // prettier-ignore
  'mshta rundll32 regsvr32 cscript wscript msbuild.exe installutil msiexec': { style: 'plain', effects: (call) => (words(call).some(({ text }) => /^(?:https?:|javascript:|vbscript:|\\\\)|\/i:https?:/i.test(text)) ? [draft('code.opaque', [], { piped: true })] : [draft('code.run', paths(call).slice(0, 1))]) }, // prettier-ignore
  setx: { style: 'plain', effects: persists },
  'mklink subst': { style: 'plain', effects: (call) => [draft('file.write', paths(call).slice(0, 1))] },
  'tzutil w32tm powercfg dism sfc chkdsk pnputil Set-Service': { style: 'plain', effects: when(given('/query', '/list', '/?', '/scannow', '/online'), nothing, changes) }, // prettier-ignore
  'runas psexec psexec64': { style: 'plain', effects: (call) => [draft('privilege.gain', things(call).slice(0, 1)), draft('code.opaque')] }, // prettier-ignore
  'shutdown.exe logoff tsshutdn': { style: 'plain', effects: when(given('/a', '-a'), nothing, power) },
};
