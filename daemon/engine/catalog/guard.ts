/** Countersign itself: looking is free, everything that decides or weakens it is tampering. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, ParsedOperation } from '../types.ts';
import type { Catalog } from './entry.ts';
import { pathTarget } from './paths.ts';
import { does, draft, nothing } from './rules.ts';
import { operands } from './targets.ts';
import { namesGuard } from '../understand/guard-names.ts';
import { isGuardPath } from './writes.ts';

const tampers = does('guard.tamper', operands('resource'));

export const guard: Catalog = {
  countersign: {
    effects: tampers,
    commands: {
      'status pending log explain score demo version help up doctor completion': { effects: nothing },
      run: { style: 'posix', effects: nothing },
      mode: { effects: (call) => (call.args.operands.length === 0 ? [] : tampers(call)) },
      grants: { effects: nothing, commands: { 'end revoke remove delete': { effects: tampers } } },
      trace: { effects: tampers, commands: { 'show verify export': { effects: nothing } } },
      service: { effects: tampers, commands: { 'status print': { effects: nothing } } },
      config: { effects: tampers, commands: { 'show check path': { effects: nothing } } },
      policy: { effects: tampers, commands: { 'check test list show': { effects: nothing } } },
      agents: { effects: tampers, commands: { list: { effects: nothing } } },
    },
  },
};

/** Programs that stop, disable or unload what they name. */
const STOPPERS = new Set(['kill', 'pkill', 'killall', 'systemctl', 'launchctl', 'service', 'taskkill', 'skill', 'fuser', 'chattr', 'loginctl', 'secret-tool', 'security', 'defaults']); // prettier-ignore
const LOOKS = /^(?:status|show|list\S*|is-\S+|cat|print)$/;
/** Programs that change or remove the paths they name. */
const CHANGERS = new Set(['rm', 'mv', 'cp', 'ln', 'chmod', 'chown', 'chattr', 'truncate', 'shred', 'unlink', 'rmdir', 'install', 'tee', 'touch', 'dd', 'sqlite3', 'rsync', 'find', 'sed', 'trash', 'sh', 'setfacl', 'socat', 'nc']); // prettier-ignore
/** Programs that speak to a socket. */
const SPEAKERS = new Set(['nc', 'ncat', 'netcat', 'socat', 'websocat']);

/** Ids of every process of the runtime, the daemon among them. */
const ALL_OF_NODE = /\b(?:pgrep|pidof)\s+(?:-\w+\s+)*["']?(?:node(?:js)?|electron)["']?\s*[)`|;]/;

export function isGuardTool(program: string): boolean {
  return program === 'countersign';
}

/** Effects of programs that name Countersign's processes, services, files or sockets. */
export function guardEffects(operation: ParsedOperation): readonly EffectDraft[] {
  if (operation.remote !== undefined) return [];
  const stops = STOPPERS.has(operation.program) && !onlyLooks(operation);
  const changes = CHANGERS.has(operation.program);
  const speaks = SPEAKERS.has(operation.program);
  if (!stops && !changes && !speaks) return [];
  const words = operation.words.slice(1);
  const found = words.flatMap((word): readonly Target[] => {
    if (stops && namesGuard(word.text)) return [{ kind: 'process', name: word.text }];
    if (speaks && /(?:^|[/:])control\.sock$/.test(word.text)) return [{ kind: 'path', name: word.text }];
    if (!changes || word.text.startsWith('-')) return [];
    const value = word.text.replace(/^(?:of|if)=|^(?:UNIX|UNIX-CONNECT):/i, '');
    const target = pathTarget(operation.cwd, { ...word, text: value });
    return isGuardPath(target.name) ? [target] : [];
  });
  if (found.length > 0) return [draft('guard.tamper', found)];
  const unseen = stops && words.some((word) => word.dynamic && ALL_OF_NODE.test(word.text));
  return unseen ? [draft('code.opaque', [{ kind: 'process', name: 'every node process' }])] : [];
}

/** `systemctl status`, `kill -0` and `fuser` without `-k` stop nothing. */
function onlyLooks({ program, words }: ParsedOperation): boolean {
  const texts = words.slice(1).map(({ text }) => text);
  if (program === 'kill') return texts[0] === '-0' || texts[0] === '-l';
  if (program === 'fuser') return !texts.some((text) => text === '--kill' || /^-[a-zA-Z]*k/.test(text));
  if (program === 'pkill' || program === 'killall') return false;
  return LOOKS.test(texts.find((text) => !text.startsWith('-')) ?? '');
}
