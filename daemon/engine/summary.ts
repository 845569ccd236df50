/** Says in one plain sentence what an action would do. */
import { EFFECTS } from '../../protocol/effect.ts';
import type { Effect, EffectKind, Operation, Target } from '../../protocol/effect.ts';

const MAX_SUMMARY = 200;
const MAX_NAMED = 3;

/** Verbs for the kinds whose plain description would read badly in a prompt. */
const VERBS: Partial<Record<EffectKind, string>> = {
  'file.read': 'read',
  'file.write': 'write',
  'file.delete': 'delete',
  'file.move': 'move',
  'file.permissions': 'change permissions of',
  'secret.read': 'read the secret',
  'disk.write': 'write to the disk',
  'vcs.commit': 'commit',
  'vcs.push': 'push',
  'vcs.force-push': 'force-push',
  'vcs.discard': 'discard changes in',
  'vcs.rewrite': 'rewrite history of',
  'vcs.delete-ref': 'delete',
  'db.write': 'change rows of',
  'db.delete': 'delete rows of',
  'db.drop': 'drop',
  'db.admin': 'administer',
  'net.fetch': 'download',
  'net.send': 'send a request to',
  'package.install': 'install',
  'package.publish': 'publish',
  'package.unpublish': 'unpublish',
  'container.remove': 'remove',
  'cluster.delete': 'delete from the cluster',
  'cluster.change': 'change in the cluster',
  'infra.destroy': 'destroy infrastructure',
  'cloud.delete': 'delete from the cloud',
  'message.send': 'send a message to',
  'payment.move': 'move money',
  'process.kill': 'stop',
  'tools.change': 'take over changed tools of',
  'tools.doubt': 'call a tool although',
  'guard.tamper': 'touch Countersign’s own',
  'code.opaque': 'run code that cannot be seen',
};

export function summarize(operations: readonly Operation[], effects: readonly Effect[], top?: Effect): string {
  const main = top ?? effects[0];
  const operation = operations[main?.operation ?? 0];
  if (operation === undefined) return 'do nothing';
  const more = operations.length - 1;
  const rest = more <= 0 ? '' : `, and ${counted(more, 'more step')}`;
  const text =
    main === undefined ? `run ${commandLine(operation) || called(operation)}` : effectPhrase(main, operation);
  return `${shortened(text, MAX_SUMMARY)}${rest}`;
}

function effectPhrase(effect: Effect, operation: Operation): string {
  if (effect.kind === 'code.opaque' || effect.kind === 'code.run') {
    return `run ${commandLine(operation) || whatRuns(effect, operation)}${details(effect)}`;
  }
  if (effect.kind === 'net.upload') return uploadPhrase(effect, operation);
  const verb = searching(effect, operation) ?? droppedRef(effect, operation) ?? VERBS[effect.kind];
  if (verb === undefined || effect.targets.length === 0) {
    return `run ${commandLine(operation) || whatRuns(effect, operation)} (${EFFECTS[effect.kind]})${details(effect)}`;
  }
  return `${verb} ${targetNames(effect.targets, operation.cwd)}${details(effect)}`;
}

/** These name the folder they search; what they take is only some of it. */
function searching({ kind }: Effect, { program, argv }: Operation): string | undefined {
  if (kind !== 'file.delete') return undefined;
  if (program === 'find') return 'delete what is found in';
  return program === 'git' && argv.includes('clean') ? 'delete untracked or ignored files in' : undefined;
}

/** A bare name says nothing of what it is the name of. */
function droppedRef({ kind }: Effect, { program, argv }: Operation): string | undefined {
  if (kind !== 'vcs.delete-ref' || program !== 'git') return undefined;
  const noun = ['branch', 'tag', 'stash'].find((word) => argv.includes(word));
  return noun === undefined || noun === 'stash' ? undefined : `delete the ${noun}`;
}

function uploadPhrase({ targets }: Effect, { cwd }: Operation): string {
  const files = targets.filter(({ kind }) => kind === 'path');
  const places = targets.filter(({ kind }) => kind !== 'path');
  return `upload ${targetNames(files, cwd) || 'data'} to ${targetNames(places, cwd) || 'an unknown place'}`;
}

/** A call of a tool has no command line, and neither has code that cannot be seen. */
function whatRuns({ targets }: Effect, operation: Operation): string {
  const names = targetNames(targets, operation.cwd);
  if (operation.program === '?') return names || 'something that cannot be seen';
  const name = called(operation);
  return names === '' || name.includes(names) ? name : `${name} ${names}`;
}

/** The name of a tool as its agent calls it, an MCP server's with that of the server. */
function called({ program }: Operation): string {
  return program.replace(/^(?:tool|mcp):/u, '');
}

function commandLine(operation: Operation): string {
  return operation.argv.join(' ').replace(/\s+/gu, ' ');
}

/** Names as a person at the working directory would write them. */
export function targetNames(targets: readonly Target[], cwd: string): string {
  const named = targets.slice(0, MAX_NAMED).map((target) => shownName(target, cwd));
  const more = targets.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}

function shownName({ kind, name }: Target, cwd: string): string {
  if (kind !== 'path' || !cwd.startsWith('/')) return name;
  if (name === cwd) return 'the current folder';
  return cwd !== '/' && name.startsWith(`${cwd}/`) ? name.slice(cwd.length + 1) : name;
}

function details(effect: Effect): string {
  const { kind, attributes } = effect;
  const { files, dirtyFiles = 0, untrackedFiles = 0, preciousFiles = [], environment } = attributes;
  const named = namesOfFiles(effect);
  const parts = [
    files === undefined || kind === 'file.write' ? '' : files === 0 ? 'nothing there' : counted(files, 'file'),
    dirtyFiles > 0 ? `${dirtyFiles} with uncommitted work` : '',
    untrackedFiles > 0 ? `${untrackedFiles} untracked` : '',
    preciousFiles.length > 0 ? `including ${preciousFiles.slice(0, MAX_NAMED).join(', ')}` : '',
    ...quantities(attributes),
    environment === 'production' ? 'production' : '',
  ].filter((part) => part !== '');
  const counts = named === '' ? parts.join(', ') : `${parts.join(', ')}: ${named}`;
  return `${counts === '' ? '' : ` (${counts})`}${dropping(attributes)}`;
}

/** Which files, as far as the sentence has not named them. */
function namesOfFiles({ targets, attributes }: Effect): string {
  const { lostNames = [], preciousFiles = [], dirtyFiles = 0, untrackedFiles = 0, lostCommits } = attributes;
  if (lostCommits !== undefined) return '';
  const isSaid = (name: string): boolean =>
    preciousFiles.includes(name) || targets.some((target) => target.name === name || target.name.endsWith(`/${name}`));
  const unsaid = lostNames.filter((name) => !isSaid(name));
  const names = unsaid.slice(0, MAX_NAMED);
  const more = dirtyFiles + untrackedFiles - names.length - (lostNames.length - unsaid.length);
  return names.length > 0 && more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

function dropping({ lostCommits = 0, lostNames = [] }: Effect['attributes']): string {
  if (lostCommits === 0) return '';
  const named = lostNames.slice(0, MAX_NAMED).map((subject) => `“${subject}”`);
  const more = lostCommits - named.length;
  const which = named.length > 0 && more > 0 ? [...named, `${more} more`] : named;
  return `, dropping ${counted(lostCommits, 'commit')}${which.length === 0 ? '' : ` (${which.join(', ')})`}`;
}

function quantities({ amount, currency = '', count = 0, hourlyCost = 0 }: Effect['attributes']): readonly string[] {
  return [
    amount === undefined ? '' : `${amount} ${currency}`.trim(),
    count > 1 ? `${count} at once` : '',
    hourlyCost > 0 ? `about $${hourlyCost} an hour` : '',
  ];
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
