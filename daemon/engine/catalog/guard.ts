/** Countersign itself: looking is free, everything that decides or weakens it is tampering. */
import type { EffectKind, Target } from '../../../protocol/effect.ts';
import { MAX_GUARDED_PIDS } from '../../../protocol/facts.ts';
import type { EffectDraft, Lookup, ParsedOperation, Word } from '../types.ts';
import type { Catalog } from './entry.ts';
import { isDatabaseShell, onlyQueries, statementsOf } from './guard-databases.ts';
import { guardPlaces, wordsWithin, type GuardPlaces, type Seen } from './guard-places.ts';
import { isReadingOption, onlyReads } from './guard-readers.ts';
import { does, draft, nothing } from './rules.ts';
import { operands } from './targets.ts';
import { namesGuard } from '../understand/guard-names.ts';
import { INTERPRETERS, unversioned } from '../understand/interpreters/table.ts';

const tampers = does('guard.tamper', operands('resource'));

export const guard: Catalog = {
  countersign: {
    effects: tampers,
    commands: {
      'status pending log explain score replay demo version help up doctor completion': { effects: nothing },
      run: { style: 'posix', effects: nothing },
      mode: { effects: (call) => (call.args.operands.length === 0 ? [] : tampers(call)) },
      grants: { effects: nothing, commands: { 'end revoke remove delete': { effects: tampers } } },
      trace: { effects: tampers, commands: { 'show verify export': { effects: nothing } } },
      service: { effects: tampers, commands: { 'status print': { effects: nothing } } },
      config: { effects: tampers, commands: { 'show check path': { effects: nothing } } },
      policy: { effects: tampers, commands: { 'check test list show explain diff schema': { effects: nothing } } },
      agents: { effects: tampers, commands: { list: { effects: nothing } } },
    },
  },
};

/** Programs that stop, disable or unload what they name. */
const STOPPERS = new Set(['kill', 'pkill', 'killall', 'systemctl', 'launchctl', 'service', 'taskkill', 'skill', 'fuser', 'chattr', 'loginctl', 'secret-tool', 'security', 'defaults']); // prettier-ignore
const LOOKS = /^(?:status|show|list\S*|is-\S+|cat|print)$/;
/** Programs that speak to a socket. */
const SPEAKERS = new Set(['nc', 'ncat', 'netcat', 'socat', 'websocat']);

/** Ids of every process of the runtime, the daemon among them. */
const ALL_OF_NODE = /\b(?:pgrep|pidof)\s+(?:-\w+\s+)*["']?(?:node(?:js)?|electron)["']?\s*[)`|;]/;

export function isGuardTool(program: string): boolean {
  return program === 'countersign';
}

/** Effects of programs that name Countersign's processes, services, files or sockets. */
export function guardEffects(
  operation: ParsedOperation,
  direct: readonly EffectDraft[],
  seen: Seen,
): readonly EffectDraft[] {
  // prettier-ignore
  if (operation.remote !== undefined) return [];
  const looks = onlyLooks(operation);
  const stops = STOPPERS.has(operation.program) && !looks;
  const speaks = SPEAKERS.has(operation.program);
  const words = operation.words.slice(1);
  const found = words.flatMap((word): Target[] => {
    if (stops && namesGuard(word.text)) return [{ kind: 'process', name: word.text }];
    return speaks && /(?:^|[/:])control\.sock$/.test(word.text) ? [{ kind: 'path', name: word.text }] : [];
  });
  found.push(...(operation.program === 'kill' && !looks ? signalled(words, seen.lookup) : []));
  const touched = STOPPERS.has(operation.program) && looks ? NOWHERE : touchedPlaces(operation, direct, seen);
  if (found.length + touched.own.length > 0) return [draft('guard.tamper', [...found, ...touched.own])];
  const everyNode = stops && words.some((word) => word.dynamic && ALL_OF_NODE.test(word.text));
  const unseen: readonly Target[] = everyNode ? [{ kind: 'process', name: 'every node process' }] : touched.unseen;
  return unseen.length > 0 ? [draft('code.opaque', unseen)] : [];
}

/** Countersign's own among the processes and groups that `kill` names by number. */
function signalled(words: readonly Word[], lookup: Lookup): readonly Target[] {
  const named = words.slice(/^-\w/.test(words[0]?.text ?? '') ? 1 : 0).map(({ text }) => text).filter((text) => /^-?\d{1,9}$/.test(text)); // prettier-ignore
  const pids = [...new Set(named.map(Number))].slice(0, MAX_GUARDED_PIDS);
  const answer = pids.length === 0 ? undefined : lookup.ask({ kind: 'own-processes', pids });
  return answer?.kind === 'known' ? answer.data.own.map((pid) => ({ kind: 'process', name: String(pid) })) : [];
}

const NOWHERE: GuardPlaces = { own: [], unseen: [] };

/** INVARIANT: whoever is not known only to read is taken for changing every own file it is given, or works among. */
function touchedPlaces(operation: ParsedOperation, direct: readonly EffectDraft[], seen: Seen): GuardPlaces {
  const words = operation.words.slice(1);
  if (onlyReads(operation)) return guardPlaces(operation, words.filter(({ text }) => !isReadingOption(text)), seen); // prettier-ignore
  const database = isDatabaseShell(operation.program);
  if (database && onlyQueries(operation)) return NOWHERE;
  const source = database ? [...words, ...statementsOf(operation)] : INTERPRETERS[unversioned(operation.program)] === undefined ? [] : words; // prettier-ignore
  const known = new Set(direct.filter(({ kind }) => MEASURED.has(kind)).flatMap(({ targets }) => targets.map(({ name }) => name))); // prettier-ignore
  const folder = mayWriteHere(operation, direct) ? operation.cwd : undefined;
  return guardPlaces(operation, [...words, ...source.flatMap(wordsWithin)], seen, { known, folder });
}

/** Effects whose targets are looked at for themselves. */
const MEASURED: ReadonlySet<EffectKind> = new Set(['file.write', 'file.delete', 'file.move', 'file.permissions']);
/** Effects that leave the folder alone. */
const ELSEWHERE =
  /^(?:file\.read|secret\.|net\.|message\.|process\.|db\.|cloud\.|cluster\.|infra\.read|account\.|vcs\.(?:read|push|force-push|delete-ref))/;
/** What they create counts as nothing anywhere else. */
const CREATORS = new Set(['mkdir', 'mkfifo', 'mknod', 'mktemp', 'fallocate', 'cpio', 'script']);

/** Whether it may write into the folder it runs in under a name that nothing else says. */
function mayWriteHere({ program, words }: ParsedOperation, direct: readonly EffectDraft[]): boolean {
  if (STOPPERS.has(program) || program.includes(':')) return false;
  if (CREATORS.has(program)) return words.slice(1).some(({ text }) => !text.startsWith('/'));
  return direct.some(({ kind }) => !ELSEWHERE.test(kind) && !MEASURED.has(kind));
}

/** `systemctl status`, `kill -0` and `fuser` without `-k` stop nothing. */
function onlyLooks({ program, words }: ParsedOperation): boolean {
  const texts = words.slice(1).map(({ text }) => text);
  if (program === 'kill') return texts[0] === '-0' || texts[0] === '-l';
  if (program === 'fuser') return !texts.some((text) => text === '--kill' || /^-[a-zA-Z]*k/.test(text));
  if (program === 'pkill' || program === 'killall') return false;
  return LOOKS.test(texts.find((text) => !text.startsWith('-')) ?? '');
}
