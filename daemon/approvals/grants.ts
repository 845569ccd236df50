/** Remembered answers. They live in memory: a restart of the daemon forgets them, which only means being asked again. */
import { randomBytes } from 'node:crypto';

import type { Approval, Grant, GrantScope } from '../../protocol/approval.ts';
import { deadlineAfter, isPast, type Clock, type Deadline } from '../identity/clock.ts';

/** What a later action has to agree with to be covered. */
export type GrantSubject = {
  readonly session: string;
  readonly task: string;
  /** Digest of the action: the same words, folder and environment. */
  readonly shape: string;
  readonly score: number;
};

export type Grants = {
  create(approval: Approval, scope: Exclude<GrantScope, 'once'>, subject: GrantSubject): Grant;
  covering(subject: GrantSubject): Grant | undefined;
  list(): readonly Grant[];
  end(id: string): Grant | undefined;
  endSession(session: string): void;
  /** Removes and returns what has run out. */
  expire(): readonly Grant[];
};

const QUARTER_HOUR_MS = 15 * 60_000;
/** Even a session or a task ends some day; nobody remembers after a working day what they granted in the morning. */
const LONGEST_MS = 8 * 3_600_000;

const DURATION_MS: Readonly<Record<Exclude<GrantScope, 'once'>, number>> = {
  task: LONGEST_MS,
  session: LONGEST_MS,
  '15m': QUARTER_HOUR_MS,
};

type Entry = { readonly grant: Grant; readonly task: string; readonly until: Deadline };

export function createGrants(clock: Clock): Grants {
  const entries = new Map<string, Entry>();

  const expire = (): readonly Grant[] => {
    const over = [...entries.values()].filter((entry) => isPast(clock, entry.until));
    for (const { grant } of over) entries.delete(grant.id);
    return over.map((entry) => entry.grant);
  };

  return {
    create(approval, scope, subject) {
      const until = deadlineAfter(clock, DURATION_MS[scope]);
      const grant: Grant = {
        id: `grant-${randomBytes(5).toString('hex')}`,
        scope,
        session: subject.session,
        pattern: approval.grantPatterns[scope] ?? '',
        shape: subject.shape,
        maxScore: subject.score,
        approval: approval.id,
        grantedBy: [...new Set(approval.votes.map((vote) => vote.human))],
        createdAt: until.createdWallMs,
        expiresAt: until.wallMs,
      };
      entries.set(grant.id, { grant, task: subject.task, until });
      return grant;
    },
    covering(subject) {
      const match = [...entries.values()].find((entry) => covers(entry, subject) && !isPast(clock, entry.until));
      return match?.grant;
    },
    list: () => [...entries.values()].filter((entry) => !isPast(clock, entry.until)).map((entry) => entry.grant),
    end(id) {
      const entry = entries.get(id);
      entries.delete(id);
      return entry?.grant;
    },
    endSession(session) {
      for (const { grant } of entries.values()) if (grant.session === session) entries.delete(grant.id);
    },
    expire,
  };
}

/** A grant never reaches beyond its session, nor above the score that was shown when it was given. */
function covers({ grant, task }: Entry, subject: GrantSubject): boolean {
  if (grant.session !== subject.session || grant.shape !== subject.shape || subject.score > grant.maxScore)
    return false;
  return grant.scope !== 'task' || task === subject.task;
}
