/** What sessions did and were denied before. Denials survive a restart: they are state, not advice. */
import { z } from 'zod';

import type { Effect } from '../../protocol/effect.ts';
import { DeniedTarget, type SessionFact } from '../../protocol/facts.ts';
import { readJson, writeJson } from '../identity/private-file.ts';

export type SessionHistory = {
  of(session: string): SessionFact;
  deny(session: string, targets: readonly DeniedTarget[]): void;
  secretsRead(session: string, effects: readonly Effect[]): void;
  messaged(session: string, effects: readonly Effect[]): void;
};

/** Sessions whose history is kept; the one that was silent longest goes first. */
const MAX_SESSIONS = 500;
/** The limits of the session fact. */
export const MAX_DENIED = 256;
const MAX_SECRETS = 64;
const MAX_MESSAGED = 256;

export const SavedDenials = z.record(z.string(), z.array(DeniedTarget));

export function openSessionHistory(file: string): SessionHistory {
  const denied = new Map(Object.entries(SavedDenials.parse(readJson(file) ?? {})));
  const secrets = new Map<string, readonly string[]>();
  const people = new Map<string, readonly string[]>();

  return {
    of: (session) => ({
      kind: 'session',
      denied: denied.get(session) ?? [],
      secretsRead: [...(secrets.get(session) ?? [])],
      ...(people.has(session) ? { messaged: [...(people.get(session) ?? [])] } : {}),
    }),
    deny(session, targets) {
      const known = denied.get(session) ?? [];
      // Newest first: when the list is full, the oldest denial is the one to lose.
      renew(denied, session, [...targets, ...known].slice(0, MAX_DENIED));
      writeJson(file, Object.fromEntries(denied));
    },
    secretsRead: (session, effects) => remember(secrets, session, targetsOf(effects, 'secret.read'), MAX_SECRETS),
    messaged: (session, effects) => remember(people, session, targetsOf(effects, 'message.send'), MAX_MESSAGED),
  };
}

function targetsOf(effects: readonly Effect[], kind: Effect['kind']): string[] {
  return effects.filter((effect) => effect.kind === kind).flatMap(({ targets }) => targets.map(({ name }) => name));
}

/** Newest first: when the list is full, the oldest is the one to lose. */
function remember(map: Map<string, readonly string[]>, session: string, names: readonly string[], max: number): void {
  if (names.length === 0) return;
  renew(map, session, [...new Set([...names, ...(map.get(session) ?? [])])].slice(0, max));
}

function renew<V>(map: Map<string, V>, session: string, value: V): void {
  map.delete(session);
  map.set(session, value);
  for (const oldest of map.keys()) if (map.size > MAX_SESSIONS) map.delete(oldest);
}
