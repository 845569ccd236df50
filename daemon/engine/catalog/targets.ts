/** Which words of a call an effect falls on. */
import type { Target } from '../../../protocol/effect.ts';
import type { Word } from '../types.ts';
import type { Call, Targets } from './entry.ts';
import { pathTarget } from './paths.ts';

export type TargetKind = Target['kind'];

export const none: Targets = () => [];

export function named(kind: TargetKind, word: Word): Target {
  return word.dynamic ? { kind, name: word.text, dynamic: true } : { kind, name: word.text };
}

export function asPath(call: Call, word: Word): Target {
  return pathTarget(call.operation.cwd, word);
}

/** `-` as a file name is the standard input or output. */
function isFile(word: Word): boolean {
  return word.text !== '-' && word.text !== '';
}

/** Every operand is a path; `from` and `to` cut like `slice`. */
export function paths(from = 0, to?: number): Targets {
  return (call) => call.args.operands.slice(from, to).filter(isFile).map((word) => asPath(call, word)); // prettier-ignore
}

/** The values of options are paths. */
export function optionPaths(...names: readonly string[]): Targets {
  return (call) =>
    names.flatMap((name) => call.args.options.get(name) ?? []).filter(isFile).map((word) => asPath(call, word)); // prettier-ignore
}

/** Operands as something that is no path. */
export function operands(kind: TargetKind, from = 0, to?: number): Targets {
  return (call) => call.args.operands.slice(from, to).map((word) => named(kind, word));
}

export function optionNames(kind: TargetKind, ...names: readonly string[]): Targets {
  return (call) => names.flatMap((name) => call.args.options.get(name) ?? []).map((word) => named(kind, word));
}

export const cwd: Targets = ({ operation }) => [
  operation.cwd === '?'
    ? { kind: 'path', name: '?', dynamic: true }
    : { kind: 'path', name: operation.cwd, followed: true },
];

export function union(...all: readonly Targets[]): Targets {
  return (call) => all.flatMap((targets) => targets(call));
}

/** The first of them that finds anything. */
export function firstOf(...all: readonly Targets[]): Targets {
  return (call) => {
    for (const targets of all) {
      const found = targets(call);
      if (found.length > 0) return found;
    }
    return [];
  };
}
