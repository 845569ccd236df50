/** Patterns of names: `*` stands for anything but a slash, `**` for anything. */

export type NameTest = (name: string) => boolean;

/** Plain names: of tools, people, hosts, tables. */
export function compileNames(patterns: readonly string[]): NameTest {
  const tests = patterns.map(compilePattern);
  return (name) => tests.some((test) => test(name));
}

/** Files and folders: one without a slash in front is looked for at any depth, and `x/**` is `x` as well. */
export function compilePaths(patterns: readonly string[]): NameTest {
  return compileNames(patterns.flatMap(spellings));
}

/** Folders, and everything below them. */
export function compileFolders(patterns: readonly string[]): NameTest {
  return compilePaths(patterns.map((pattern) => (pattern.endsWith('/**') ? pattern : `${withoutSlash(pattern)}/**`)));
}

/** Whether a path is a folder in which something of that name may lie, as far as the pattern says where. */
export function compileAncestors(patterns: readonly string[]): NameTest {
  const tests = patterns.flatMap(spellings).map((pattern) => {
    const segments = pattern.split('/').map((segment) => (segment === '**' ? undefined : compilePattern(segment)));
    return (name: string): boolean => {
      const parts = withoutSlash(name).split('/');
      return parts.length < segments.length && parts.every((part, index) => segments[index]?.(part) === true);
    };
  });
  return (name) => name === '/' || tests.some((test) => test(name));
}

/** A pattern that says where it starts: `/srv/**`, `~/work`. */
export function isAnchored(pattern: string): boolean {
  return pattern.startsWith('/') || pattern.startsWith('~/');
}

/** The engine knows no home folder, so `~` stands for all of them. */
const HOMES = ['/home/*', '/Users/*', '/root'];

function spellings(pattern: string): string[] {
  if (pattern.startsWith('~/')) return HOMES.flatMap((home) => spellings(`${home}${pattern.slice(1)}`));
  const anchored = pattern.startsWith('/') || pattern.startsWith('**') ? pattern : `**/${pattern}`;
  return anchored.endsWith('/**') ? [anchored, anchored.slice(0, -3)] : [withoutSlash(anchored)];
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** What a pattern is made of: literal text, `*` or `**`. */
const PARTS = /\*+/gu;

function compilePattern(pattern: string): NameTest {
  const literals = pattern.split(PARTS);
  if (literals.length === 1) return (name) => name === pattern;
  const wildcards = [...pattern.matchAll(PARTS)].map(([stars]) => stars.length > 1);
  const rarest = literals.reduce((best, literal) => (literal.length > best.length ? literal : best), '');
  return (name) => name.includes(rarest) && fits(name, literals, wildcards);
}

/**
 * The places in the name that a pattern can have come to, literal by literal. INVARIANT: no backtracking; a hostile name
 * takes no more than its length times the parts of the pattern.
 */
function fits(name: string, [first = '', ...rest]: readonly string[], wildcards: readonly boolean[]): boolean {
  if (!name.startsWith(first)) return false;
  let ends: readonly number[] = [first.length];
  for (const [index, literal] of rest.entries()) {
    const isLast = index === rest.length - 1;
    ends = endsAfter(name, ends, literal, wildcards[index] === true, isLast);
    if (ends.length === 0) return false;
  }
  return true;
}

function endsAfter(name: string, from: readonly number[], literal: string, deep: boolean, isLast: boolean): number[] {
  const found = new Set<number>();
  let reached = -1;
  for (const start of from) {
    const slash = deep ? -1 : name.indexOf('/', start);
    const limit = slash === -1 ? name.length : slash;
    if (isLast) {
      const at = name.length - literal.length;
      if (at >= start && at <= limit && name.endsWith(literal)) return [name.length];
      continue;
    }
    // What an earlier start has looked at already is not looked at again.
    for (let at = name.indexOf(literal, Math.max(start, reached + 1)); at !== -1 && at <= limit; at = name.indexOf(literal, at + 1)) {
      found.add(at + literal.length);
      reached = at;
    }
  }
  return [...found].toSorted((a, b) => a - b);
} // prettier-ignore
