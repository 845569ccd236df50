/** What of policies and settings was accepted, and the edits that wait because an agent could have made them. */
import type { WaitingPolicy } from '../../protocol/policy-edit.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Copies } from './copies.ts';
import {
  changedFiles,
  digestOf,
  meaningOf,
  shownSources,
  type FollowSources,
  type Found,
  type SourcePlaces,
  type Sources,
} from './sources.ts';
import type { Begun, Standing } from './standing.ts';

/** Why the standing is said anew. `by`: the approver whose terminal accepted. */
export type Said =
  | { readonly kind: 'standing' }
  | { readonly kind: 'waiting'; readonly digest: string; readonly files: readonly string[] }
  | { readonly kind: 'put-back' }
  | { readonly kind: 'accepted'; readonly digest: string; readonly by: string; readonly human: string };

export type Acceptance = {
  /** Called on a tick: takes, or keeps waiting, what changed since. */
  look(): void;
  /** Before an agent starts: resolves once the trace knows that edits wait from now on. */
  holdForRun(): Promise<void>;
  waiting(): Waiting | undefined;
  /** For a person to look at. */
  show(): WaitingPolicy;
  /** INVARIANT: only what the digest names, and only while that is what lies there. */
  accept(digest: string, by: Person): Promise<void>;
  /** What is accepted, and the edit that waits under this digest; throws as `accept` does. */
  edit(digest: string): { readonly accepted: Sources; readonly proposed: Sources };
  /** After the files were put back: without waiting for them to settle. */
  recheck(): void;
  /** Once the trace can be asked what it could not be asked at the start. */
  begin(begun: Begun, sources: Sources, found: Found): void;
  standing(): Standing;
};

export type Person = { readonly approver: string; readonly human: string };

export type Waiting = {
  readonly found: Found;
  readonly digest: string;
  readonly since: number;
  readonly files: readonly string[];
  /** What was accepted is not known, and the strictest rules hold instead. */
  readonly isLost: boolean;
};

export type AcceptanceOptions = {
  readonly places: SourcePlaces;
  readonly copies: Copies;
  /** What lies there now. */
  readonly read: (before: Sources) => Found;
  /** The same when it changed since it was last asked for, and has settled. */
  readonly edited: FollowSources;
  /** Brings into force what loads of it; returns what holds then. */
  readonly take: (found: Found) => Sources;
  /** What keeps it from coming into force as a whole. */
  readonly problemsOf: (found: Found) => readonly string[];
  /** Whether a governed process is left. */
  readonly anyoneLeft: () => boolean;
  /** How many runs may have left behind what nobody saw. */
  readonly endsUnseen: () => number;
  readonly prepared: () => string;
  readonly say: (standing: Standing, what: Said) => Promise<void>;
  readonly wallMs: () => number;
  readonly onFailure: (error: unknown) => void;
};

/** `first` is in force already; `lies` is what was found where it is written. */
export function createAcceptance(options: AcceptanceOptions, begun: Begun, first: Sources, lies: Found): Acceptance {
  const { places, copies, read, edited, take, problemsOf, anyoneLeft, endsUnseen, say, wallMs, onFailure } = options;
  let accepted = first;
  /** Somebody may be left of whom nobody knows, until a person says what holds. */
  let { unclear } = begun;
  let forgiven = endsUnseen();
  let held = unclear || anyoneLeft();
  let isLost = begun.from === 'strictest';
  let waiting: Waiting | undefined;
  /** What lay there when it was last free to change, whether all of it loaded or not. */
  let seen: string | undefined;
  /** While one is written to the trace nothing else is, so that the last word stays the last. */
  let accepting: Promise<void> | undefined;

  const standing = (): Standing => ({
    accepted: digestOf(whole(accepted)),
    held,
    waiting: waiting !== undefined,
    prepared: options.prepared(),
  });
  const tell = (what: Said): Promise<void> => {
    const told = say(standing(), what);
    told.catch(onFailure);
    return told;
  };
  const keep = (sources: Sources): void => {
    try {
      copies.write(sources);
    } catch (error) {
      onFailure(error);
    }
  };
  const wait = (found: Found): Waiting => {
    const before = waiting;
    const digest = digestOf(found);
    const files = changedFiles(places, accepted, found);
    waiting = { found, digest, files, since: before?.since ?? wallMs(), isLost };
    if (before === undefined) void tell({ kind: 'waiting', digest, files });
    return waiting;
  };
  /** What differs waits. What says the same is what was accepted, and then nothing waits any more. */
  const compare = (found: Found): void => {
    if (digestOf(found) !== seen && meaningOf(found) !== meaningOf(whole(accepted))) {
      wait(found);
    } else if (waiting !== undefined) {
      [waiting, isLost] = [undefined, false];
      void tell({ kind: 'put-back' });
    }
  };
  const takeOver = (found: Found): void => {
    const before = digestOf(whole(accepted));
    seen = digestOf(found);
    accepted = take(found);
    if (digestOf(whole(accepted)) === before) return;
    keep(accepted);
    void tell({ kind: 'standing' });
  };
  const named = (digest: string): Waiting => {
    if (waiting === undefined) throw new CountersignError('not_found', 'nothing waits to be accepted');
    const found = read(accepted);
    const present = digestOf(found) === waiting.digest ? waiting : wait(found);
    if (present.digest === digest) return present;
    throw new CountersignError('conflict', 'what waits is not what was looked at; look at it again');
  };
  const acceptNow = async (digest: string, { approver, human }: Person): Promise<void> => {
    const { found } = named(digest);
    const [problem] = problemsOf(found);
    if (problem !== undefined) throw new CountersignError('policy_invalid', problem);
    const { sources } = found;
    const unseen = endsUnseen();
    copies.write(sources);
    // Recorded first: what nobody is known to have accepted must not come into force.
    const next = { ...standing(), accepted: digest, waiting: false, held: anyoneLeft() };
    await say(next, { kind: 'accepted', digest, by: approver, human });
    [accepted, waiting, unclear, isLost, held] = [take(found), undefined, false, false, next.held];
    forgiven = unseen;
    compare(read(accepted));
    void tell({ kind: 'standing' });
    copies.prune([digestOf(whole(accepted))]);
  };
  const begin = (start: Begun, sources: Sources, found: Found): void => {
    [accepted, isLost, unclear] = [sources, start.from === 'strictest', start.unclear];
    held = unclear || anyoneLeft();
    if (start.waits) compare(found);
    else [waiting, seen] = [undefined, digestOf(found)];
    keep(accepted);
    void tell({ kind: 'standing' });
    copies.prune([digestOf(whole(accepted))]);
  };
  begin(begun, first, lies);

  return {
    look() {
      if (accepting !== undefined) return;
      const isAnyoneLeft = anyoneLeft();
      held ||= isAnyoneLeft;
      unclear ||= endsUnseen() > forgiven;
      if (held && !unclear && !isAnyoneLeft) {
        // INVARIANT: read after the last of them was seen to be gone: none of them can write behind this look.
        compare(read(accepted));
        held = false;
        void tell({ kind: 'standing' });
        return;
      }
      const found = edited(accepted);
      if (found === undefined) return;
      if (held || waiting !== undefined) compare(found);
      else takeOver(found);
    },
    async holdForRun() {
      await accepting?.catch(() => undefined); // whoever accepts hears of it
      if (held) return;
      // What a person wrote a moment ago is not taken for the agent's.
      if (waiting === undefined) takeOver(read(accepted));
      held = true;
      await tell({ kind: 'standing' }).catch(() => undefined); // told already; it is no reason to refuse a run
    },
    waiting: () => waiting,
    show() {
      const found = waiting?.found ?? whole(accepted);
      const edit = waiting && { digest: waiting.digest, since: waiting.since, files: [...waiting.files] };
      const problems = waiting === undefined ? [] : [...problemsOf(found)];
      return { edit: edit ?? null, problems, accepted: shownSources(accepted), proposed: shownSources(found.sources) };
    },
    async accept(digest, by) {
      if (accepting !== undefined) throw new CountersignError('conflict', 'somebody accepts an edit right now');
      accepting = acceptNow(digest, by).finally(() => (accepting = undefined));
      await accepting;
    },
    edit(digest) {
      const { found } = named(digest);
      return { accepted, proposed: found.sources };
    },
    recheck() {
      if (waiting !== undefined) compare(read(accepted));
    },
    begin,
    standing,
  };
}

function whole(sources: Sources): Found {
  return { sources, faults: {} };
}
