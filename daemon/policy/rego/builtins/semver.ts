/** `semver.compare` of Rego: the precedence of Semantic Versioning 2.0. */

const NUMBER = '(?:0|[1-9]\\d*)';
const VERSION = new RegExp(
  `^(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z.-]+)?$`,
);

type Version = { readonly numbers: readonly bigint[]; readonly before: readonly string[] };

export function compareVersions(left: unknown, right: unknown): number | undefined {
  const [a, b] = [parse(left), parse(right)];
  if (a === undefined || b === undefined) return undefined;
  return firstDifference(a.numbers, b.numbers, order) || compareBefore(a.before, b.before);
}

function parse(text: unknown): Version | undefined {
  const match = typeof text === 'string' ? VERSION.exec(text) : null;
  if (match === null) return undefined;
  const [, major = '', minor = '', patch = '', before] = match;
  return { numbers: [major, minor, patch].map(BigInt), before: before?.split('.') ?? [] };
}

/** A version before a release comes before that release. */
function compareBefore(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  return firstDifference(a, b, comparePart) || Math.sign(a.length - b.length);
}

function firstDifference<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): number {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 0;
    const found = compare(one, other);
    if (found !== 0) return found;
  }
  return 0;
}

/** Numbers come before words. */
function comparePart(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return order(BigInt(a), BigInt(b));
  return left === right ? order(a, b) : left ? -1 : 1;
}

function order<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
