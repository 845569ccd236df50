/** Frames of what people do to Countersign itself, each with its line in the log. */
import type { Approver, Grant } from '../../protocol/approval.ts';
import type { Mode } from '../../protocol/decision.ts';
import type { ActorType, NewTraceEvent, TraceData, TraceEventKind } from '../../protocol/trace.ts';
import { frame, grantFrame, type Origin } from '../gate/recorder.ts';
import { policyEvents } from './policy-events.ts';
import { counted } from '../engine/summary.ts';
import type { Clock } from '../identity/clock.ts';
import type { SpoolCounts } from '../spool/importer.ts';
import type { Flood } from '../limits/floods.ts';
import type { Restored } from '../undo/restore.ts';

export type ControlEvents = ReturnType<typeof createControlEvents>;

/** `intent`: what the client says it wanted; its word, shown and not relied on. */
export type Refusal = {
  readonly route: string;
  readonly intent: string | undefined;
  readonly code: string;
  readonly pid: number;
  readonly session: string;
};

export type EventWithLine = (
  kind: TraceEventKind,
  actorType: ActorType,
  summary: string,
  data: TraceData,
  payload?: Readonly<Record<string, unknown>>,
) => NewTraceEvent;

export function createControlEvents(clock: Clock, user: string) {
  let counter = 0;
  /** Each is a trace of its own. */
  const origin = (): Origin => {
    const at = clock.wallMs();
    return { at, traceId: `c${at.toString(36)}-${process.pid}-${++counter}`, session: 'control', agent: '', user };
  };
  const event: EventWithLine = (kind, actorType, summary, data, payload) =>
    frame(origin(), {
      kind,
      actorType,
      data,
      ...(payload === undefined ? {} : { payload }),
      line: { kind, summary, score: null, verdict: null, outcome: null },
    });

  return {
    started: (version: string, policyDigest: string, mode: Mode) =>
      event('daemon.started', 'system', `daemon ${version} started, ${mode}`, {
        version,
        policyDigest,
        mode,
        pid: process.pid,
      }),
    stopped: () => event('daemon.stopped', 'system', 'daemon stopped', {}),
    failed: () => event('daemon.failed', 'system', 'daemon failed; its log says why', {}),
    policyLoaded: (digest: string) =>
      event('policy.loaded', 'system', `policy ${digest.slice(0, 12)} in force`, { digest }),
    ...policyEvents(event, origin),
    policyRefused: (problem: string) =>
      event('policy.refused', 'system', `policy edit refused: ${problem}`, {}, { problem }),
    traceResumed: (since: number) =>
      event('trace.resumed', 'system', 'the trace can be written again; what was denied meanwhile is not in it', {
        since,
      }),
    spoolImported: (counts: SpoolCounts) =>
      event('spool.imported', 'system', `${counts.imported} spooled actions imported${lossOf(counts)}`, { ...counts }),
    configLoaded: (digest: string) =>
      event('config.loaded', 'system', `settings ${digest.slice(0, 12)} in force`, { digest }),
    configRefused: (problem: string) =>
      event('config.refused', 'system', `settings refused: ${problem}`, {}, { problem }),
    clientHooked: (client: string) => event('client.hooked', 'system', `${client} asks before it acts`, { client }),
    clientUnhooked: (client: string, why: string, words: string) =>
      event('client.unhooked', 'system', `the hook of ${client} is not in force: ${words}`, { client, why }, { words }),
    opened: (approver: string, terminal: string) =>
      event('control.opened', 'human', 'control unlocked for a terminal', { approver, terminal }),
    closed: (terminal: string) => event('control.closed', 'human', 'control locked', { terminal }),
    enrolled: ({ id, human, factor, publicKey }: Approver) =>
      event(
        'approver.enrolled',
        'human',
        `approver ${human} enrolled (${factor})`,
        { approver: id, factor },
        { human, publicKey },
      ),
    modeRefused: (saved: Mode) =>
      event('mode.changed', 'system', `mode enforce: the trace knows of nobody who chose ${saved}`, {
        mode: 'enforce',
      }),
    modeChanged: (mode: Mode) => event('mode.changed', 'human', `mode ${mode}`, { mode }),
    pauseStarted: (until: number, reason: string) =>
      event('pause.started', 'human', `paused: ${reason}`, { until }, { reason }),
    pauseEnded: (actorType: ActorType) => event('pause.ended', actorType, 'pause ended', {}),
    placeRestored: (place: string) =>
      event('place.restored', 'system', `the ${place} was removed or replaced, and is back`, { place }),
    placeLost: (problem: string) => event('place.lost', 'system', `out of reach: ${problem}`, {}, { problem }),
    flooded: ({ session, refused }: Flood) =>
      event('flood.refused', 'agent', `${refused} requests of session ${session} refused: too many at a time`, {
        session,
        refused,
      }),
    undoPruned: (actorType: ActorType, operations: number) =>
      event('undo.pruned', actorType, `what was saved before ${counted(operations, 'action')} was given up`, {
        operations,
      }),
    undone: (trace: string, { as, files, bytes, into, replacedDigest }: Restored & { readonly as: string }) => {
      const data = { trace, files, bytes, elsewhere: into !== '', digest: replacedDigest };
      const summary = `${counted(files, 'file')} of ${trace} put back${into === '' ? '' : ' elsewhere'}`;
      return { ...event('undo.restored', 'human', summary, data), traceId: as };
    },
    serverForgotten: (server: string) =>
      event('mcp.forgotten', 'human', `the tools of ${server} forgotten`, { server }),
    revoked: (session: string) => event('session.revoked', 'human', `session ${session} revoked`, { session }),
    grantEnded: (grant: Grant) => grantFrame(origin(), 'grant.ended', grant),
    refused: ({ route, intent, code, pid, session }: Refusal) =>
      event(
        'access.refused',
        code === 'governed_peer' ? 'agent' : 'human',
        `refused: ${intent ?? route} (${code})`,
        { route, code, pid, session },
        { intent: intent ?? null },
      ),
  };
}

function lossOf({ refused, dropped, beyond, kept }: SpoolCounts): string {
  const where = kept ? 'kept in spool/ and not imported' : 'not kept';
  const parts = [
    refused > 0 ? `${refused} were none` : '',
    dropped > 0 ? `${dropped} found no room` : '',
    beyond > 0 ? `${beyond} beyond what a day may bring, ${where}` : '',
  ];
  return parts.map((part) => (part === '' ? '' : `, ${part}`)).join('');
}
