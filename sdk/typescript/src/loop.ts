/** Breaks loops in the process, before anybody is asked: one call again and again, or two that take turns. */
import { LoopDetected } from './errors.ts';

/** When an agent counts as going round in circles. */
export type LoopLimits = {
  /** Which identical call in a row is refused. Default 5, at least 2. */
  readonly same?: number;
  /** Which call of two that take turns is refused. Default 7, at least 4. */
  readonly alternating?: number;
  /** After a pause of so many ms the count begins anew. Default ten minutes. */
  readonly pauseMs?: number;
};

export type LoopBreaker = {
  /** Counts the call; throws {@link LoopDetected} when it is one too many. */
  note(tool: string, key: string): void;
};

const DEFAULTS = { same: 5, alternating: 7, pauseMs: 600_000 };

export function createLoopBreaker(limits: LoopLimits = {}, nowMs: () => number = () => performance.now()): LoopBreaker {
  const { same, alternating, pauseMs } = { ...DEFAULTS, ...limits };
  let previous: Previous = [];
  let length = { same: 0, alternating: 0 };
  let lastAtMs = -Infinity;

  return {
    note(tool, key) {
      const atMs = nowMs();
      if (atMs - lastAtMs > pauseMs) [previous, length] = [[], { same: 0, alternating: 0 }];
      lastAtMs = atMs;
      length = lengthsWith(key, previous, length);
      previous = [key, previous[0]];
      if (length.same >= Math.max(2, same)) throw new LoopDetected(tool, 'same', length.same);
      if (length.alternating >= Math.max(4, alternating))
        throw new LoopDetected(tool, 'alternating', length.alternating);
    },
  };
}

type Previous = readonly (string | undefined)[];
type Lengths = { readonly same: number; readonly alternating: number };

function lengthsWith(key: string, [last, before]: Previous, { same, alternating }: Lengths): Lengths {
  if (last === undefined) return { same: 1, alternating: 1 };
  if (key === last) return { same: same + 1, alternating: 1 };
  return { same: 1, alternating: key === before ? alternating + 1 : 2 };
}
