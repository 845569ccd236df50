/** Which texts are accepted, and which lie there instead. */
import { CountersignError } from '../../protocol/errors.ts';
import { diskFault } from '../identity/private-folder.ts';
import type { Copies } from './copies.ts';
import { changedFiles, digestOf, meaningOf, type Found, type SourcePlaces, type Sources } from './sources.ts';
import type { Begun } from './standing.ts';

/** Why the standing is said anew. `by`: the approver whose terminal accepted. */
export type Said =
  | { readonly kind: 'standing' }
  | { readonly kind: 'waiting'; readonly digest: string; readonly files: readonly string[] }
  | { readonly kind: 'put-back' }
  | { readonly kind: 'accepted'; readonly digest: string; readonly by: string; readonly human: string };

export type Waiting = {
  readonly found: Found;
  readonly digest: string;
  readonly since: number;
  readonly files: readonly string[];
  /** What was accepted is not known, and the strictest rules hold instead. */
  readonly isLost: boolean;
};

export type Ledger = {
  accepted(): Sources;
  waiting(): Waiting | undefined;
  /** What differs waits. What says the same is what was accepted, and then nothing waits any more. */
  compare(found: Found): void;
  /** Brings into force what loads. */
  takeOver(found: Found): void;
  /** What waits under this digest, if it still lies there. */
  named(digest: string): Waiting;
  /** A person accepted it. */
  settle(found: Found): void;
  /** Keeps what could not be kept; called on a tick. */
  keepLater(): void;
  /** At a start: this is in force, and that lies there. */
  enter(sources: Sources, found: Found, start: Begun): void;
};

export type LedgerOptions = {
  readonly places: SourcePlaces;
  readonly copies: Copies;
  readonly read: (before: Sources) => Found;
  readonly take: (found: Found) => Sources;
  readonly wallMs: () => number;
  readonly onFailure: (error: unknown) => void;
};

export function createLedger(options: LedgerOptions, first: Sources, tell: (what: Said) => void): Ledger {
  const { places, copies, read, take, wallMs, onFailure } = options;
  let accepted = first;
  let isLost = false;
  let waiting: Waiting | undefined;
  /** What lay there when it was last taken, whether all of it loaded or not. */
  let seen: string | undefined;

  let unkept = false;
  /** A full disk is tried again: the trace tells of it, and what is accepted holds all the same. */
  const keep = (): void => {
    try {
      copies.write(accepted);
      unkept = false;
    } catch (error) {
      if (diskFault(error) === undefined) onFailure(error);
      unkept = true;
    }
  };
  const wait = (found: Found): Waiting => {
    const before = waiting;
    const digest = digestOf(found);
    const files = changedFiles(places, accepted, found);
    waiting = { found, digest, files, since: before?.since ?? wallMs(), isLost };
    if (before === undefined) tell({ kind: 'waiting', digest, files });
    return waiting;
  };
  const compare = (found: Found): void => {
    if (digestOf(found) !== seen && meaningOf(found) !== meaningOf(whole(accepted))) {
      wait(found);
    } else if (waiting !== undefined) {
      [waiting, isLost] = [undefined, false];
      tell({ kind: 'put-back' });
    }
  };
  return {
    accepted: () => accepted,
    waiting: () => waiting,
    compare,
    takeOver(found) {
      const before = digestOf(whole(accepted));
      seen = digestOf(found);
      accepted = take(found);
      if (digestOf(whole(accepted)) === before) return;
      keep();
      tell({ kind: 'standing' });
    },
    named(digest) {
      if (waiting === undefined) throw new CountersignError('not_found', 'nothing waits to be accepted');
      const found = read(accepted);
      const present = digestOf(found) === waiting.digest ? waiting : wait(found);
      if (present.digest === digest) return present;
      throw new CountersignError('conflict', 'what waits is not what was looked at; look at it again');
    },
    settle(found) {
      // INVARIANT: from here on only this is known as free: what lay there before it is an edit like any other.
      [seen, waiting, isLost] = [digestOf(found), undefined, false];
      accepted = take(found);
    },
    keepLater() {
      if (unkept) keep();
    },
    enter(sources, found, start) {
      [accepted, isLost, waiting] = [sources, start.from === 'strictest', undefined];
      seen = start.waits ? undefined : digestOf(found);
      if (start.waits) compare(found);
      keep();
    },
  };
}

/** Texts without a fault. */
export function whole(sources: Sources): Found {
  return { sources, faults: {} };
}
