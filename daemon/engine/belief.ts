/** What may be believed of an answer: a name that was no text, or a folder that is not there, proves nothing. */
import type { Action } from '../../protocol/action.ts';
import type { FactData, FactNeed } from '../../protocol/facts.ts';
import type { Answer, Lookup } from './types.ts';

export type CarefulLookup = Lookup & {
  /** Why answers were not believed or not even asked for. */
  readonly doubts: ReadonlySet<string>;
};

/** What stands in a text for bytes that were none. */
const NOT_TEXT = '\uFFFD';

/** INVARIANT: an absence is only reported when the working directory that relative names start from is there. */
export function carefulLookup(action: Action, lookup: Lookup): CarefulLookup {
  const doubts = new Set<string>();
  const unknown = (need: FactNeed, reason: string): Answer<never> => {
    doubts.add(`${need.kind}: ${reason}`);
    return { kind: 'unknown', reason };
  };
  const ask: Lookup['ask'] = (need) => {
    if (namesNoText(need, action)) return unknown(need, 'a name that is not text');
    const answer = lookup.ask(need);
    if (answer.kind !== 'known' || !saysAbsent(answer.data)) return answer;
    const cwd = lookup.ask<'path'>({ kind: 'path', path: followedPath(action.cwd) });
    if (cwd.kind === 'missing') return cwd;
    const stands = cwd.kind === 'known' && cwd.data.type === 'directory';
    return stands ? answer : unknown(need, 'the working directory could not be found');
  };
  return { ask, doubts };
}

/** The spelling under which a symlink means what it points to. */
export function followedPath(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/** Questions that name no file. */
const NAMELESS: ReadonlySet<FactNeed['kind']> = new Set([
  'session',
  'circumstances',
  'rego',
  'kube-context',
  'own-processes',
]);

/** INVARIANT: another file may lie under the text that such a name was turned into. */
function namesNoText(need: FactNeed, action: Action): boolean {
  if (NAMELESS.has(need.kind)) return false;
  if (action.kind === 'exec' && action.rawDigest !== undefined) return true;
  return Object.values(need).flat().some((value) => typeof value === 'string' && value.includes(NOT_TEXT)); // prettier-ignore
}

function saysAbsent(data: FactData): boolean {
  switch (data.kind) {
    case 'tree':
      return !data.exists;
    case 'path':
      return data.type === 'missing';
    case 'glob':
      return data.matches.length === 0;
    case 'repo':
      return data.root === '';
    default:
      return false;
  }
}
