/** Decides at the start what of policies and settings holds, and joins what decides it later to the daemon's parts. */
import { join } from 'node:path';

import type { Paths } from '../protocol/paths.ts';
import { createAcceptance, type Acceptance } from './accepted/acceptance.ts';
import { openCopies, type Copies } from './accepted/copies.ts';
import type { Said } from './accepted/ledger.ts';
import { digestOf, readSources, type FollowSources, type Found, type Sources } from './accepted/sources.ts';
import { beginFrom, knownOf, STRICTEST_SOURCES, type Begun } from './accepted/standing.ts';
import type { ControlEvents } from './api/control-events.ts';
import type { AgentSessions } from './identity/agent-sessions.ts';
import type { Approvers } from './identity/approvers.ts';
import type { Clock } from './identity/clock.ts';
import type { InForce } from './in-force.ts';
import type { TraceStore } from './trace/store.ts';

type Parts = {
  readonly paths: Paths;
  readonly inForce: InForce;
  /** What `inForce` was opened with, and what tells of changes since. */
  readonly found: Found;
  readonly edited: FollowSources;
  readonly store: TraceStore;
  readonly sessions: AgentSessions;
  readonly approvers: Approvers;
  readonly clock: Clock;
  readonly events: ControlEvents;
  readonly onFailure: (error: unknown, traceId: string) => void;
};

/** Throws with file, line and column of the first problem: a daemon never starts under half a policy. */
export function openAcceptance(parts: Parts): Acceptance {
  const { paths, inForce, store, sessions, clock, events, onFailure } = parts;
  const copies = openCopies(join(paths.home, 'accepted'));
  const begun = beginningOf(parts, copies, parts.found);
  let isKnown = store.lastWord() !== undefined;
  let replacements = store.replacements();
  const acceptance = createAcceptance(
    {
      places: paths,
      copies,
      read: (before) => readSources(paths, before),
      edited: parts.edited,
      take: inForce.take,
      problemsOf: inForce.problemsOf,
      anyoneLeft: sessions.anyoneLeft,
      endsUnseen: sessions.endsUnseen,
      prepared: inForce.rules.prepared,
      say: (standing, said) => store.append([...framesOf(events, said), events.policyStanding(standing)], { durable: true }), // prettier-ignore
      wallMs: clock.wallMs,
      onFailure: (error) => onFailure(error, ''),
    },
    begun,
    enter(inForce, copies, begun),
    parts.found,
  );
  return {
    ...acceptance,
    look() {
      if (!isKnown && store.lastWord() !== undefined) {
        isKnown = true;
        const found = readSources(paths, inForce.sources());
        const now = beginningOf(parts, copies, found);
        if (now.from === 'found') inForce.take(found);
        acceptance.begin(now, enter(inForce, copies, now), found);
      }
      // Another database may not know the last word.
      if (store.replacements() !== replacements) {
        replacements = store.replacements();
        store.append([events.policyStanding(acceptance.standing())], { durable: false }).catch(() => undefined); // the store says what is wrong with it
      }
      acceptance.look();
    },
  };
}

type Beginning = Begun & { readonly accepted: string };

/** INVARIANT: `found` is what is taken if it is: nothing is read a second time. */
function beginningOf({ inForce, store, sessions, approvers, clock }: Parts, copies: Copies, found: Found): Beginning {
  const known = knownOf(store.lastWord());
  const accepted = known.kind === 'said' ? known.accepted : '';
  if (known.kind === 'said') inForce.rules.believe(known.prepared);
  else inForce.rules.believe('');
  const runs = sessions.lost().length > 0 || sessions.list().some(({ endedAt }) => endedAt === null);
  // A trace that is empty where people are enrolled or agents run is not the first one here.
  const isGone = store.head().seq === 0 && (runs || approvers.list().length > 0);
  const begun = beginFrom({
    known,
    found: digestOf(found),
    copy: copies.read(accepted),
    used: isGone || copies.any(),
    runs,
    bootedAt: clock.wallMs() - clock.bootMs(),
  });
  return { ...begun, accepted };
}

/** Brings into force what a beginning says; returns it. */
function enter(inForce: InForce, copies: Copies, { from, accepted }: Beginning): Sources {
  const copy = from === 'copy' ? copies.read(accepted) : undefined;
  if (from === 'copy' && copy !== undefined) inForce.take({ sources: copy, faults: {} });
  // Also for a copy that this program no longer reads.
  if (from === 'strictest' || (from === 'copy' && inForce.rules.problems().length > 0)) {
    inForce.take({ sources: STRICTEST_SOURCES, faults: {} });
  }
  inForce.rules.current();
  return inForce.sources();
}

function framesOf(events: ControlEvents, said: Said) {
  switch (said.kind) {
    case 'standing':
      return [];
    case 'waiting':
      return [events.policyWaits(said.digest, said.files)];
    case 'put-back':
      return [events.policyPutBack()];
    case 'accepted':
      return [events.policyAccepted(said.digest, said.by, said.human)];
  }
}
