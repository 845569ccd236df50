/** What of policies and settings was accepted, and the edits that wait because an agent could have made them. */
import { CountersignError } from '../../protocol/errors.ts';
import type { WaitingPolicy } from '../../protocol/policy-edit.ts';
import type { Copies } from './copies.ts';
import { createLedger, whole, type Said, type Waiting } from './ledger.ts';
import { digestOf, shownSources, type FollowSources, type Found, type SourcePlaces, type Sources } from './sources.ts'; // prettier-ignore
import type { Begun, Standing } from './standing.ts';

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
  const { copies, read, edited, problemsOf, anyoneLeft, endsUnseen, say, onFailure } = options;
  /** Somebody may be left of whom nobody knows, until a person says what holds. */
  let { unclear } = begun;
  let forgiven = endsUnseen();
  let held = unclear || anyoneLeft();
  /** While one is written to the trace nothing else is, so that the last word stays the last. */
  let accepting: Promise<void> | undefined;

  const tell = (what: Said): Promise<void> => {
    const told = say(standing(), what);
    told.catch(onFailure);
    return told;
  };
  const ledger = createLedger(options, first, (what) => void tell(what));
  const { accepted, waiting, compare, takeOver, named } = ledger;
  const standing = (): Standing => ({
    accepted: digestOf(whole(accepted())),
    held,
    waiting: waiting() !== undefined,
    prepared: options.prepared(),
  });
  const acceptNow = async (digest: string, { approver, human }: Person): Promise<void> => {
    const { found } = named(digest);
    const [problem] = problemsOf(found);
    if (problem !== undefined) throw new CountersignError('policy_invalid', problem);
    const unseen = endsUnseen();
    copies.write(found.sources);
    // Recorded first: what nobody is known to have accepted must not come into force.
    const next = { ...standing(), accepted: digest, waiting: false, held: anyoneLeft() };
    await say(next, { kind: 'accepted', digest, by: approver, human });
    ledger.settle(found);
    [unclear, held, forgiven] = [false, next.held, unseen];
    compare(read(accepted()));
    void tell({ kind: 'standing' });
    copies.prune([digestOf(whole(accepted()))]);
  };
  const begin = (start: Begun, sources: Sources, found: Found): void => {
    ({ unclear } = start);
    held = unclear || anyoneLeft();
    ledger.enter(sources, found, start);
    void tell({ kind: 'standing' });
    // What was accepted may still turn out to be known.
    if (start.from !== 'strictest') copies.prune([digestOf(whole(accepted()))]);
  };
  begin(begun, first, lies);

  return {
    look() {
      if (accepting !== undefined) return;
      ledger.keepLater();
      const isAnyoneLeft = anyoneLeft();
      held ||= isAnyoneLeft;
      unclear ||= endsUnseen() > forgiven;
      if (held && !unclear && !isAnyoneLeft) {
        // INVARIANT: read after the last of them was seen to be gone: none of them can write behind this look.
        compare(read(accepted()));
        held = false;
        void tell({ kind: 'standing' });
        return;
      }
      const found = edited(accepted());
      if (found === undefined) return;
      if (held || unclear || waiting() !== undefined) compare(found);
      else takeOver(found);
    },
    async holdForRun() {
      await accepting?.catch(() => undefined); // whoever accepts hears of it
      if (held) return;
      // What a person wrote a moment ago is not taken for the agent's.
      if (waiting() === undefined && !unclear && endsUnseen() === forgiven) takeOver(read(accepted()));
      held = true;
      await tell({ kind: 'standing' }).catch(() => undefined); // told already; it is no reason to refuse a run
    },
    waiting,
    show() {
      const edit = waiting();
      const found = edit?.found ?? whole(accepted());
      return {
        edit: edit === undefined ? null : { digest: edit.digest, since: edit.since, files: [...edit.files] },
        problems: edit === undefined ? [] : [...problemsOf(found)],
        accepted: shownSources(accepted()),
        proposed: shownSources(found.sources),
      };
    },
    async accept(digest, by) {
      if (accepting !== undefined) throw new CountersignError('conflict', 'somebody accepts an edit right now');
      accepting = acceptNow(digest, by).finally(() => (accepting = undefined));
      await accepting;
    },
    edit: (digest) => ({ accepted: accepted(), proposed: named(digest).found.sources }),
    recheck() {
      if (waiting() !== undefined) compare(read(accepted()));
    },
    begin,
    standing,
  };
}
