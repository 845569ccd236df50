/** Arguments that run the command of a rewrite in the place of the one that was asked about. */
import type { Action } from './wire.ts';

const SHELLS = /(?:^|\/)(?:ba|da|k|z)?sh$/;

/** Nothing when the command stands nowhere in the arguments as it was judged. */
export function rewritten<A extends readonly unknown[]>(
  args: A,
  action: Action,
  argv: readonly string[],
): A | undefined {
  if (action.kind !== 'exec') return undefined;
  const source = sourceOf(action.argv);
  const wanted = sourceOf(argv) ?? argv.map(quoted).join(' ');
  let found = 0;
  const replace = (value: unknown): unknown => {
    const isWords = Array.isArray(value) && value.length > 0 && value.length === action.argv.length;
    if (isWords && value.every((word, at) => word === action.argv[at])) return ((found += 1), [...argv]);
    if (source !== undefined && value === source) return ((found += 1), wanted);
    return value;
  };
  const changed = args.map((value) => {
    const direct = replace(value);
    if (direct !== value || typeof value !== 'object' || value === null || Array.isArray(value)) return direct;
    return { ...value, ...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replace(one)])) };
  });
  // Twice would leave open which of them is run.
  return found === 1 ? (changed as unknown as A) : undefined;
}

function sourceOf(argv: readonly string[]): string | undefined {
  return argv.length === 3 && SHELLS.test(argv[0] ?? '') && /^-l?c$/.test(argv[1] ?? '') ? argv[2] : undefined;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
