/** Which files a session made: those that were not there before it wrote them. */
import type { Effect } from '../../protocol/effect.ts';
import type { FactRecord, MadeFile } from '../../protocol/facts.ts';

/** The limit of the session fact. */
export const MAX_MADE = 256;

/** The files known so far together with those that these effects wrote, newest first. */
export function madeBy(
  effects: readonly Effect[],
  facts: readonly FactRecord[],
  known: readonly MadeFile[],
  at: number,
): readonly MadeFile[] {
  const since = new Map(known.map((file) => [file.path, file.since]));
  const { own, foreign } = writtenAnew(effects, facts, since);
  if (own.size === 0 && foreign.size === 0) return known;
  const others = known.filter(({ path }) => !own.has(path) && !foreign.has(path));
  const written = [...own].map((path) => ({ path, since: since.get(path) ?? at, at }));
  return [...written, ...others];
}

type Written = { readonly own: ReadonlySet<string>; readonly foreign: ReadonlySet<string> };

/** Paths, links resolved, that were not there or that the session made before; what is moved there is not its own. */
function writtenAnew(
  effects: readonly Effect[],
  facts: readonly FactRecord[],
  before: ReadonlyMap<string, unknown>,
): Written {
  const moves = new Set(effects.flatMap(({ kind, operation }) => (kind === 'file.move' ? [operation] : [])));
  const written = effects.filter(({ kind, attributes }) => kind === 'file.write' && attributes.remote !== true);
  const realPaths = (some: readonly Effect[]): Set<string> => {
    const names = new Set(some.flatMap(({ targets }) => targets.map(({ name }) => name)));
    const seen = facts.flatMap(({ need, value }) =>
      need.kind === 'path' && names.has(need.path) && value.known && value.data.kind === 'path' ? [value.data] : [],
    );
    return new Set(
      seen.filter(({ type, realPath }) => type === 'missing' || before.has(realPath)).map(({ realPath }) => realPath),
    );
  };
  return {
    own: realPaths(written.filter(({ operation }) => !moves.has(operation))),
    foreign: realPaths(written.filter(({ operation }) => moves.has(operation))),
  };
}
