/** What cmdlets do, in the words of programs that the catalog knows. */
import type { Word } from '../../../types.ts';
import { staticWord } from '../../words.ts';
import type { Parameters } from './parameters.ts';
import { pathWord, type Token } from './tokens.ts';

/** `piped`: the paths that the statement before hands over, as far as they are known. */
export type CmdletCall = { readonly given: Parameters; readonly piped: readonly Word[] };
type Translation = (call: CmdletCall) => readonly Word[] | undefined;

const words = (...texts: readonly string[]): readonly Word[] => texts.map((text) => staticWord(text));
const plain = ({ text, dynamic }: Token): Word => ({ text, dynamic, glob: false });

function paths({ given, piped }: CmdletCall): readonly Word[] {
  const named = [...given.values('literalpath', 'path', 'filepath', 'pspath', 'fullname'), ...given.positional];
  return named.length > 0 ? named.map(pathWord) : piped;
}

/** Drives that hold no files. */
const REGISTRY = /^(?:hk(?:lm|cu|cr|u|cc)|registry)(?:::?|:?\/)/i;
const isRegistry = (word: Word | undefined): boolean => word !== undefined && REGISTRY.test(word.text);
const backslashed = (word: Word): Word => ({ ...word, text: word.text.replaceAll('/', '\\') });

const removes: Translation = (call) => {
  const found = paths(call);
  if (isRegistry(found[0])) return [...words('reg', 'delete'), ...found.map(backslashed)];
  if (/^(?:env|variable|alias|function):/i.test(found[0]?.text ?? '')) return undefined;
  return [...words('rm', ...(call.given.has('recurse') ? ['-r'] : []), ...(call.given.has('force') ? ['-f'] : [])), ...found]; // prettier-ignore
};

const two = (program: string, ...flags: readonly string[]): Translation => (call) => {
  const destination = call.given.values('destination', 'newname').map(pathWord);
  return [...words(program, ...flags), ...paths(call), ...destination];
}; // prettier-ignore

const writes = (append: boolean): Translation => (call) =>
  [...words('tee', ...(append || call.given.has('append') ? ['-a'] : [])), ...paths(call).slice(0, 1)]; // prettier-ignore

const registryOr = (verb: 'add' | 'delete', otherwise: Translation): Translation => (call) =>
  isRegistry(paths(call)[0]) ? [...words('reg', verb), ...paths(call).map(backslashed), ...call.given.values('name').map(plain)] : otherwise(call); // prettier-ignore

const creates: Translation = (call) => {
  const kind = call.given.values('itemtype', 'type')[0]?.text ?? '';
  if (/^(?:symboliclink|junction|hardlink)$/i.test(kind)) return [...words('ln', '-s'), ...call.given.values('target', 'value').map(pathWord), ...paths(call)]; // prettier-ignore
  return [...words(/^dir/i.test(kind) ? 'mkdir' : call.given.has('force') ? 'tee' : 'touch'), ...paths(call)];
};

const stopsProcess: Translation = (call) => {
  const ids = call.given.values('id').map(plain);
  if (ids.length > 0) return [...words('kill'), ...ids];
  return [...words('pkill'), ...[...call.given.values('name'), ...call.given.positional].map(plain), ...call.piped];
};

const service = (...verb: readonly string[]): Translation => ({ given, piped }) =>
  [...words('sc', ...verb), ...[...given.values('name'), ...given.positional].map(plain), ...piped]; // prettier-ignore

const onTargets = (...start: readonly string[]): Translation => ({ given, piped }) =>
  [...words(...start), ...[...given.values('driveletter', 'number', 'disknumber', 'name', 'member', 'group', 'identity', 'taskname', 'user', 'logname', 'displayname', 'path', 'exclusionpath'), ...given.positional].map(plain), ...piped]; // prettier-ignore

const requests: Translation = ({ given }) => {
  const value = (...names: readonly string[]): readonly Word[] => given.values(...names).map(plain).slice(0, 1);
  const method = value('method', 'custommethod');
  const body = value('body');
  const file = given.values('infile').map((token) => ({ ...pathWord(token), text: `@${pathWord(token).text}` }));
  const out = given.values('outfile').map(pathWord);
  return [
    ...words('curl'),
    ...(method.length > 0 ? [staticWord('-X'), ...method] : []),
    ...(body.length > 0 ? [staticWord('-d'), ...body] : []),
    ...(file.length > 0 ? [staticWord('--data-binary'), ...file] : []),
    ...(out.length > 0 ? [staticWord('-o'), ...out] : []),
    ...(given.values('uri').length > 0 ? value('uri') : given.positional.slice(0, 1).map(plain)),
  ];
}; // prettier-ignore

const mails: Translation = ({ given }) => [
  ...words('mail', '-s', 'x'),
  ...given.values('attachments').flatMap((token) => [staticWord('-a'), pathWord(token)]),
  ...given.values('to', 'cc', 'bcc').map(plain),
];

const reads: Translation = (call) => [...words('cat'), ...paths(call)];
const lists: Translation = (call) => [...words('ls'), ...paths(call)];
const query: Translation = ({ given }) => {
  const text = [...given.values('query'), ...given.positional].map(plain).slice(0, 1);
  const host = given.values('serverinstance').map(plain);
  const database = given.values('database').map(plain);
  return [...words('sqlcmd'), ...(host.length > 0 ? [staticWord('-S'), ...host] : []), ...(database.length > 0 ? [staticWord('-d'), ...database] : []), ...(text.length > 0 ? [staticWord('-Q'), ...text] : [])]; // prettier-ignore
};
const archive: Translation = (call) => [...words('tar', '-cf'), ...call.given.values('destinationpath').map(pathWord), ...paths(call)]; // prettier-ignore
const installs: Translation = ({ given }) => [...words('choco', 'install'), ...[...given.values('name'), ...given.positional].map(plain)]; // prettier-ignore

/** Names and aliases in lower case. */
const TABLE: readonly (readonly [names: string, translation: Translation])[] = [
  ['remove-item ri rm rmdir rd del erase', removes],
  ['remove-itemproperty clear-item clear-itemproperty rp', registryOr('delete', removes)],
  ['set-itemproperty new-itemproperty sp', registryOr('add', () => undefined)],
  ['clear-content clc', (call) => [...words('truncate', '-s', '0'), ...paths(call)]],
  ['clear-recyclebin', () => words('rm', '-rf', '/$Recycle.Bin')],
  ['move-item mi mv move rename-item rni ren', two('mv')],
  ['copy-item cpi cp copy', two('cp', '-r')],
  ['set-content sc out-file export-csv export-clixml', writes(false)],
  ['add-content ac', writes(true)],
  ['new-item ni', registryOr('add', creates)],
  ['mkdir md', (call) => [...words('mkdir'), ...paths(call)]],
  ['get-content gc cat type import-csv import-clixml', reads],
  ['get-childitem gci ls dir get-item gi', lists],
  ['stop-process spps kill', stopsProcess],
  ['stop-service spsv suspend-service', service('stop')],
  ['remove-service', service('delete')],
  ['start-service sasv restart-service resume-service', service('start')],
  ['set-service new-service', service('config')],
  ['restart-computer', () => words('shutdown', '-r')],
  ['stop-computer', () => words('shutdown', '-h')],
  ['format-volume clear-disk initialize-disk remove-partition reset-physicaldisk set-disk optimize-volume', onTargets('mkfs')], // prettier-ignore
  ['new-localuser set-localuser enable-localuser', onTargets('net', 'user', 'set', '/add')],
  ['remove-localuser disable-localuser remove-aduser disable-adaccount', onTargets('net', 'user', '/delete')],
  ['add-localgroupmember add-adgroupmember', onTargets('net', 'localgroup', '/add')],
  ['remove-localgroupmember remove-adgroupmember', onTargets('net', 'localgroup', '/delete')],
  ['register-scheduledtask new-scheduledtask register-scheduledjob register-wmievent set-wmiinstance', onTargets('schtasks', '/create')], // prettier-ignore
  ['unregister-scheduledtask disable-scheduledtask', onTargets('schtasks', '/delete')],
  ['set-mppreference add-mppreference set-executionpolicy disable-windowsoptionalfeature enable-windowsoptionalfeature disable-computerrestore set-netfirewallprofile disable-netfirewallrule remove-netfirewallrule enable-psremoting set-acl disable-bitlocker', onTargets('dism')], // prettier-ignore
  ['clear-eventlog remove-eventlog', onTargets('wevtutil', 'cl')],
  ['invoke-webrequest iwr curl wget invoke-restmethod irm start-bitstransfer', requests],
  ['send-mailmessage', mails],
  ['invoke-sqlcmd', query],
  ['compress-archive', archive],
  ['expand-archive', (call) => [...words('tar', '-xf'), ...paths(call).slice(0, 1)]],
  ['install-module install-package install-script', installs],
  ['publish-module publish-script publish-psresource', () => words('npm', 'publish')],
];

const CMDLETS: ReadonlyMap<string, Translation> = new Map(
  TABLE.flatMap(([names, translation]) => names.split(' ').map((name): [string, Translation] => [name, translation])),
);

export function cmdlet(name: string): Translation | undefined {
  return CMDLETS.get(name.toLowerCase());
}

/** Full names under which a cmdlet is called outside PowerShell too: no other program is called like that. */
export const CMDLET_NAMES: readonly string[] = [...CMDLETS.keys()].flatMap((name) =>
  name.includes('-') ? [name, capitalized(name)] : [],
);

function capitalized(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => `${dash}${letter.toUpperCase()}`);
}

/** Verbs that only look, compute, show or work inside the session. */
const HARMLESS = /^(?:get|test|measure|select|where|foreach|sort|group|tee|format-(?:table|list|wide|custom|hex)|out-(?:host|null|string|default|gridview)|write|read|convert(?:to|from)?|compare|join|split|resolve|find|show|wait|import|push|pop|set-(?:location|variable|strictmode|psdebug|alias|psreadlineoption)|new-(?:object|variable|guid|timespan|alias|temporaryfile)|clear-(?:host|variable)|trace|receive|debug|update-(?:help|typedata|formatdata)|confirm|limit|unblock|use|enter|exit|start-(?:sleep|transcript|job)|stop-(?:transcript|job))(?:-|$)/i; // prettier-ignore

/** `Verb-Noun` that changes something nobody here has heard of. */
export function changesSomething(name: string): boolean {
  return /^[a-z]+-[a-z]\w*$/i.test(name) && !HARMLESS.test(name) && /^(?:remove|clear|set|new|disable|enable|reset|uninstall|revoke|grant|stop|restart|suspend|move|rename|add|register|unregister|update|publish|send|invoke|start|restore|deny|block|dismount|unlock|approve|export|backup|install|merge|push|submit)-/i.test(name); // prettier-ignore
}

/** Cloud modules name their cmdlets alike: `Remove-AzResourceGroup` is `az resourcegroup delete`. */
export function cloudWords(name: string): readonly string[] | undefined {
  const [, verb, module, noun] = /^(Remove|New|Set|Stop|Restart|Start|Update|Get|Publish|Invoke)-(Az|AzureRm|AzureAD|Mg|AWS|EC2|S3|RDS|IAM|CFN|GC)(\w*)$/i.exec(name) ?? []; // prettier-ignore
  if (verb === undefined || module === undefined) return undefined;
  const action = { remove: 'delete', new: 'create', get: 'list', invoke: 'run' }[verb.toLowerCase()] ?? verb.toLowerCase(); // prettier-ignore
  return ['az', `${module}${noun ?? ''}`.toLowerCase(), action];
}
