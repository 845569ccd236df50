/** What sessions did and were denied before. Denials survive a restart: they are state, not advice. */
import { z } from 'zod';

import type { Effect } from '../../protocol/effect.ts';
import { DeniedTarget, type FactRecord, type MadeFile, type SessionFact } from '../../protocol/facts.ts';
import { readJson, writeJson } from '../identity/private-file.ts';

export type SessionHistory = {
  of(session: string): SessionFact;
  deny(session: string, targets: readonly DeniedTarget[]): void;
  /** Remembers the files that were not there before these effects wrote them. */
  made(session: string, effects: readonly Effect[], facts: readonly FactRecord[], at: number): void;
  secretsRead(session: string, effects: readonly Effect[]): void;
  messaged(session: string, effects: readonly Effect[]): void;
};

/** Sessions whose history is kept; the one that was silent longest goes first. */
const MAX_SESSIONS = 500;
/** The limits of the session fact. */
export const MAX_DENIED = 256;
const MAX_SECRETS = 64;
const MAX_MESSAGED = 256;
const MAX_MADE = 256;

export const SavedDenials = z.record(z.string(), z.array(DeniedTarget));

export function openSessionHistory(file: string): SessionHistory {
  const denied = new Map(Object.entries(SavedDenials.parse(readJson(file) ?? {})));
  const secrets = new Map<string, readonly string[]>();
  const people = new Map<string, readonly string[]>();
  const files = new Map<string, readonly MadeFile[]>();

  return {
    of: (session) => ({
      kind: 'session',
      denied: denied.get(session) ?? [],
      secretsRead: [...(secrets.get(session) ?? [])],
      ...(files.has(session) ? { made: [...(files.get(session) ?? [])] } : {}),
      ...(people.has(session) ? { messaged: [...(people.get(session) ?? [])] } : {}),
    }),
    deny(session, targets) {
      const known = denied.get(session) ?? [];
      // Newest first: when the list is full, the oldest denial is the one to lose.
      renew(denied, session, [...targets, ...known].slice(0, MAX_DENIED));
      writeJson(file, Object.fromEntries(denied));
    },
    made(session, effects, facts, at) {
      const known = files.get(session) ?? [];
      const since = new Map(known.map((file) => [file.path, file.since]));
      const { own, foreign } = writtenAnew(effects, facts, since);
      if (own.size === 0 && foreign.size === 0) return;
      const others = known.filter(({ path }) => !own.has(path) && !foreign.has(path));
      const written = [...own].map((path) => ({ path, since: since.get(path) ?? at, at }));
      renew(files, session, [...written, ...others].slice(0, MAX_MADE));
    },
    secretsRead: (session, effects) => remember(secrets, session, targetsOf(effects, 'secret.read'), MAX_SECRETS),
    messaged: (session, effects) => remember(people, session, targetsOf(effects, 'message.send'), MAX_MESSAGED),
  };
}

type Written = { readonly own: ReadonlySet<string>; readonly foreign: ReadonlySet<string> };

/** Paths, links resolved, that were not there or that the session made before; what is moved there is not its own. */
function writtenAnew(
  effects: readonly Effect[],
  facts: readonly FactRecord[],
  before: ReadonlyMap<string, unknown>,
): Written {
  const moves = new Set(effects.flatMap(({ kind, operation }) => (kind === 'file.move' ? [operation] : [])));
  const written = effects.filter(({ kind, attributes }) => kind === 'file.write' && attributes.remote !== true);
  const realPaths = (some: readonly Effect[]): Set<string> => {
    const names = new Set(some.flatMap(({ targets }) => targets.map(({ name }) => name)));
    const seen = facts.flatMap(({ need, value }) =>
      need.kind === 'path' && names.has(need.path) && value.known && value.data.kind === 'path' ? [value.data] : [],
    );
    return new Set(
      seen.filter(({ type, realPath }) => type === 'missing' || before.has(realPath)).map(({ realPath }) => realPath),
    );
  };
  return {
    own: realPaths(written.filter(({ operation }) => !moves.has(operation))),
    foreign: realPaths(written.filter(({ operation }) => moves.has(operation))),
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
