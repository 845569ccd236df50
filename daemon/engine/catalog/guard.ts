/** Countersign itself: looking is free, everything that decides or weakens it is tampering. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, ParsedOperation } from '../types.ts';
import type { Catalog } from './entry.ts';
import { pathTarget } from './paths.ts';
import { does, draft, nothing } from './rules.ts';
import { operands } from './targets.ts';
import { isGuardPath } from './writes.ts';

const tampers = does('guard.tamper', operands('resource'));

export const guard: Catalog = {
  countersign: {
    effects: tampers,
    commands: {
      'status pending log explain score demo version help up': { effects: nothing },
      run: { style: 'posix', effects: nothing },
      mode: { effects: (call) => (call.args.operands.length === 0 ? [] : tampers(call)) },
      grants: { effects: nothing, commands: { 'end revoke remove delete': { effects: tampers } } },
      trace: { effects: nothing },
      policy: { effects: tampers, commands: { 'check test list show': { effects: nothing } } },
      agents: { effects: tampers, commands: { list: { effects: nothing } } },
    },
  },
};

/** Programs that stop, disable or unload what they name. */
const STOPPERS = new Set(['kill', 'pkill', 'killall', 'systemctl', 'launchctl', 'service', 'taskkill', 'skill', 'fuser', 'chattr', 'loginctl', 'secret-tool', 'security', 'defaults']); // prettier-ignore
const LOOKS = /^(?:status|show|list-|is-|cat$|print$|list$)/;
/** Programs that change or remove the paths they name. */
const CHANGERS = new Set(['rm', 'mv', 'cp', 'ln', 'chmod', 'chown', 'chattr', 'truncate', 'shred', 'unlink', 'rmdir', 'install', 'tee', 'touch', 'dd', 'sqlite3', 'rsync', 'find', 'sed', 'trash', 'sh', 'setfacl', 'socat', 'nc']); // prettier-ignore

export function isGuardTool(program: string): boolean {
  return program === 'countersign';
}

/** Effects of programs that name Countersign's processes, services, files or sockets. */
export function guardEffects(operation: ParsedOperation): readonly EffectDraft[] {
  if (operation.remote !== undefined) return [];
  const found = operation.words.slice(1).flatMap((word): readonly Target[] => {
    if (STOPPERS.has(operation.program) && /countersign/i.test(word.text))
      return [{ kind: 'process', name: word.text }];
    if (!CHANGERS.has(operation.program) || word.text.startsWith('-')) return [];
    const value = word.text.replace(/^(?:of|if)=|^(?:UNIX|UNIX-CONNECT):/i, '');
    const target = pathTarget(operation.cwd, { ...word, text: value });
    return isGuardPath(target.name) ? [target] : [];
  });
  const looks = operation.words.slice(1).some(({ text }) => LOOKS.test(text)) && STOPPERS.has(operation.program);
  return found.length === 0 || looks ? [] : [draft('guard.tamper', found)];
}
