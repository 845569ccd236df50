/** Links an action makes before it goes through them: what lies behind them cannot be looked at yet. */
import type { EffectDraft, ParsedOperation } from '../types.ts';
import { absolutePath, baseName } from './paths.ts';

/** Where each link leads, by its own path. */
export type Links = ReadonlyMap<string, string>;

/** The links a symbolic `ln` makes; a hard link to a folder is not possible. */
export function linksMadeBy({ program, words, cwd, remote }: ParsedOperation): Links {
  const made = new Map<string, string>();
  if (program !== 'ln' || remote !== undefined) return made;
  const names = words.slice(1).filter(({ text }) => !text.startsWith('-')).map(({ text }) => text); // prettier-ignore
  const into = words.map(({ text }) => /^--target-directory=(.+)/.exec(text)?.[1]).find((text) => text !== undefined);
  const last = into ?? (names.length > 1 ? names.at(-1) : '.') ?? '.';
  for (const name of into === undefined && names.length > 1 ? names.slice(0, -1) : names) {
    const link = absolutePath(cwd, last);
    // A relative target starts from where the link lies.
    made.set(link, absolutePath(folderOf(link), name));
    made.set(`${link}/${baseName(name)}`, absolutePath(link, name));
  }
  return made;
}

/** Where a path through these links leads. */
export function linkedPaths(path: string, links: Links | undefined): readonly string[] {
  if (links === undefined || links.size === 0 || !leadsThrough(path, links)) return [];
  return [...links].flatMap(([link, to]) => (path.startsWith(`${link}/`) || path === link ? [`${to}${path.slice(link.length)}`] : [])); // prettier-ignore
}

/** Whether the path or a folder it names is one: most are not, and a script may make hundreds. */
function leadsThrough(path: string, links: Links): boolean {
  if (links.has(path)) return true;
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (links.has(path.slice(0, end))) return true;
  }
  return false;
}

/** The same effect, also on what lies behind the links. */
export function throughLinks(draft: EffectDraft, links: Links): EffectDraft {
  if (links.size === 0) return draft;
  const behind = draft.targets.flatMap((target) => (target.kind === 'path' ? linkedPaths(target.name, links).map((name) => ({ ...target, name })) : [])); // prettier-ignore
  return behind.length === 0 ? draft : { ...draft, targets: [...draft.targets, ...behind] };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}
