/** What a hook, a gateway or an SDK announced and was let through, so that a layer below does not ask a second time. */
import type { Action, McpAction } from '../../protocol/action.ts';
import type { DecidedBy } from '../../protocol/decision.ts';
import type { Operation } from '../../protocol/effect.ts';
import { digestOf } from './digest.ts';
import { deadlineAfter, isPast, type Clock, type Deadline } from '../identity/clock.ts';

/** An announced action that covers another; `take` is true for the first who asks. */
export type Cover = Pick<Told, 'traceId' | 'score' | 'reasons' | 'by' | 'grant'> & { readonly take: () => boolean };

export type Announced = {
  /** A client of this session tells what it is about to do, so what it does not tell is worth a word. */
  connect(session: string): void;
  add(action: Pick<Action, 'session'>, told: Told): void;
  /** The action that this program is one operation of. */
  covering(action: Action): Cover | undefined;
  /** The same action again, whose answer nobody waited for. */
  redeeming(session: string, traceId: string, digest: string): Cover | undefined;
  /** It is known how it ended. */
  end(session: string, traceId: string): void;
  /** A client is connected, and nothing that it announced is under way. */
  isUnannounced(session: string): boolean;
  forget(session: string): void;
};

export type Told = {
  readonly traceId: string;
  readonly digest: string;
  readonly score: number;
  /** Rules that raised it. */
  readonly reasons: readonly string[];
  readonly by: DecidedBy;
  readonly grant?: string | undefined;
  readonly operations: readonly Operation[];
  /** A tool of an MCP server, which the gateway before that server sees as well. */
  readonly call?: AnnouncedCall;
};

/** What two layers see of one call; the name may have the server in it. */
export type AnnouncedCall = Pick<McpAction, 'server' | 'tool' | 'args'>;

/** Long enough for a build to reach the command, short enough that it is still the same task. */
const ANNOUNCED_MS = 10 * 60_000;
/** What one session announced and is not over; the oldest go first. */
const MAX_ANNOUNCED = 200;
/** Operations of one action; more are asked about by themselves. */
const MAX_OPERATIONS = 500;

/** Wrappers whose command runs here, with the same words. */
const LOCAL: ReadonlySet<string> = new Set(['bash', 'sh', 'zsh', 'dash', 'ksh', 'env', 'nice', 'nohup', 'timeout', 'time', 'stdbuf', 'setsid', 'command', 'exec', 'builtin', 'eval']); // prettier-ignore

type Entry = {
  readonly told: Told;
  /** How often each operation may still be seen. */
  readonly left: Map<string, number>;
  redeemable: boolean;
  readonly until: Deadline;
};

export function createAnnounced(clock: Clock): Announced {
  const connected = new Map<string, Map<string, Entry>>();

  const entriesOf = (session: string): Map<string, Entry> => {
    const entries = connected.get(session) ?? new Map<string, Entry>();
    // The oldest come first, and telling the time costs more than all the rest.
    for (const [id, { until }] of entries) {
      if (!isPast(clock, until)) break;
      entries.delete(id);
    }
    return entries;
  };
  const coverOf = ({ told: { traceId, score, reasons, by, grant } }: Entry, take: () => boolean): Cover => ({ traceId, score, reasons, by, grant, take }); // prettier-ignore

  return {
    connect(session) {
      if (!connected.has(session)) connected.set(session, new Map());
    },
    add({ session }, told) {
      const entries = entriesOf(session);
      connected.set(session, entries);
      entries.delete(told.traceId);
      const until = deadlineAfter(clock, ANNOUNCED_MS);
      entries.set(told.traceId, { told, left: countOperations(told.operations), redeemable: true, until });
      for (const oldest of entries.keys()) {
        if (entries.size <= MAX_ANNOUNCED) return;
        entries.delete(oldest);
      }
    },
    covering(action) {
      if (action.kind === 'mcp') {
        const told = [...entriesOf(action.session).values()].find((one) => one.redeemable && isSameCall(one.told.call, action)); // prettier-ignore
        return told && coverOf(told, () => told.redeemable && !(told.redeemable = false));
      }
      if (action.kind !== 'exec' || action.rawDigest !== undefined) return undefined;
      const key = keyOf(action);
      const entry = [...entriesOf(action.session).values()].find(({ left }) => (left.get(key) ?? 0) > 0);
      return entry && coverOf(entry, () => takePart(entry, key));
    },
    redeeming(session, traceId, digest) {
      const entry = entriesOf(session).get(traceId);
      if (entry === undefined || entry.told.digest !== digest) return undefined;
      return coverOf(entry, () => entry.redeemable && !(entry.redeemable = false));
    },
    end(session, traceId) {
      connected.get(session)?.delete(traceId);
    },
    isUnannounced: (session) => connected.has(session) && entriesOf(session).size === 0,
    forget(session) {
      connected.delete(session);
    },
  };
}

function countOperations(operations: readonly Operation[]): Map<string, number> {
  const left = new Map<string, number>();
  for (const operation of operations.slice(0, MAX_OPERATIONS)) {
    // INVARIANT: only what is known word for word, and runs here.
    if (operation.dynamic || !operation.cwd.startsWith('/') || !operation.via.every((name) => LOCAL.has(name)))
      continue;
    const key = keyOf(operation);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  return left;
}

/** INVARIANT: what runs already is not taken up a second time by whoever asks again. */
function takePart(entry: Entry, key: string): boolean {
  const times = entry.left.get(key) ?? 0;
  if (times === 0) return false;
  entry.left.set(key, times - 1);
  entry.redeemable = false;
  return true;
}

/** Clients join the name of a server and of its tool in their own ways, with a few letters instead of others. */
function isSameCall(told: AnnouncedCall | undefined, { server, tool, args }: AnnouncedCall): boolean {
  if (told === undefined) return false;
  const [said, own, owner] = [plain(told.tool), plain(tool), plain(server)];
  const named = said === own || said === owner + own;
  const from = plain(told.server);
  const placed = told.server === 'unknown' || from === owner || said.startsWith(owner) || owner.startsWith(from);
  return named && placed && digestOf(told.args) === digestOf(args);
}

function plain(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** By which path a program is called does not change what it is asked to do; which one is found is judged below. */
function keyOf({ argv, cwd }: Pick<Operation, 'argv' | 'cwd'>): string {
  const [program = '', ...others] = argv;
  const folder = cwd.length > 1 ? cwd.replace(/\/+$/, '') : cwd;
  return JSON.stringify([program.slice(program.lastIndexOf('/') + 1), others, folder]);
}
