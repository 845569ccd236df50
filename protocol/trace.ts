/** What the trace store holds. Formats are numbered and frozen: a change means a new version. */
import { z } from 'zod';

import { Action } from './action.ts';
import { Assessment } from './assessment.ts';
import { Decision } from './decision.ts';
import { FactRecord } from './facts.ts';

/** Every kind of frame with its meaning. */
export const TRACE_EVENTS = {
  'daemon.started': 'the daemon started',
  'daemon.stopped': 'the daemon stopped gracefully',
  'daemon.failed': 'the daemon ended because something in it failed',
  'session.started': 'an agent run was registered',
  'session.ended': 'an agent run ended',
  'mcp.forgotten': 'a human had the tools of an MCP server forgotten',
  'session.revoked': 'a human revoked an agent run',
  'session.learned': 'what an action that was let through adds to what is known of its session',
  'model.prompt': 'what a program said it was asked to do',
  'model.reasoning': 'what a program said its model thought',
  'model.output': 'what a program said its model wrote',
  'model.usage': 'what a program said its model used: tokens, cost, time',
  'action.assessed': 'an action arrived, was looked at and judged',
  'approval.requested': 'an action is held for a human',
  'approval.voted': 'a human voted',
  'approval.closed': 'an approval was settled, expired, was cancelled or abandoned',
  'action.decided': 'the gate answered',
  'action.outcome': 'what became of an action',
  'action.covered': 'a program ran that is part of an action which was let through before, so nobody was asked again',
  'action.unannounced':
    'a program was started in a run whose client announces what it does, and this was not announced',
  'action.reviewed': 'a human looked afterwards at an action that was let through',
  'undo.saved': 'what an action would destroy was saved first',
  'undo.restored': 'what was saved before an action was put back',
  'undo.pruned': 'what was saved before actions was given up',
  'grant.created': 'an answer is remembered',
  'grant.ended': 'a remembered answer ended',
  'mode.changed': 'observe or enforce was chosen',
  'pause.started': 'nobody is asked for a while',
  'pause.ended': 'asking resumed',
  'access.refused': 'a peer tried something it has no right to',
  'flood.refused': 'requests were refused because there were too many at a time',
  'place.restored': 'a socket or the lock that somebody removed or replaced is back',
  'place.lost': 'a socket or the lock was removed or replaced, and cannot be put back',
  'control.opened': 'a person unlocked control for their terminal',
  'control.closed': 'a control session ended',
  'approver.enrolled': 'a public key was enrolled',
  'policy.loaded': 'a policy came into force',
  'policy.standing': 'which policies and settings were accepted, and whether edits of them wait',
  'policy.waiting': 'an edit of policies or settings waits, because an agent could have made it',
  'policy.accepted': 'a human accepted an edit that waited, or it was put back',
  'policy.refused': 'an edit of the policies does not load; what was in force stays',
  'trace.resumed': 'the trace could be written again after a while in which it could not',
  'spool.imported': 'what ran in observe mode while nobody could be asked was added to the trace',
  'config.loaded': 'settings came into force',
  'config.refused': 'the settings file does not load; what was in force stays',
  'client.hooked': 'a client of agents asks before it acts: it was connected, or its hook is back',
  'client.unhooked': 'the hook of a connected client is gone, was changed, lost its trust or was switched off',
  'recording.saved': 'a terminal recording was stored',
  'payload.erased': 'payloads were erased; the chain keeps their commitments',
  'store.recovered': 'the trace was damaged; what could be trusted of it goes on, the damaged files are kept aside',
  'store.restored': 'a backup of the trace was put in its place; what was there is kept aside',
  'store.saved': 'a backup of the trace was written',
} as const;

export const TraceEventKind = z
  .enum(Object.keys(TRACE_EVENTS) as [keyof typeof TRACE_EVENTS, ...(keyof typeof TRACE_EVENTS)[]])
  .meta({ id: 'TraceEventKind' });
export type TraceEventKind = z.infer<typeof TraceEventKind>;

export const ActorType = z.enum(['agent', 'human', 'system']).meta({ id: 'ActorType' });
export type ActorType = z.infer<typeof ActorType>;

/** Small values that stay in the chain for ever: numbers, ids, digests, enums. Nothing a person typed. */
export const TraceData = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type TraceData = z.infer<typeof TraceData>;

/** A frame as the gate hands it to the store. */
export type NewTraceEvent = {
  readonly at: number;
  readonly kind: TraceEventKind;
  readonly traceId: string;
  readonly session: string;
  readonly agent: string;
  readonly actorType: ActorType;
  readonly user: string;
  readonly data: TraceData;
  /** Everything that may have to be erased one day. Redacted before it gets here. */
  readonly payload?: TracePayload;
  /** What `log` lists, kept beside the chain. Present on frames that create or change a log line. */
  readonly line?: LogLineChange;
};

/** Whether an action that was let through is to be looked at afterwards, and what a human then found. */
export const Review = z.enum(['waiting', 'fine', 'wrong']).meta({ id: 'Review' });
export type Review = z.infer<typeof Review>;

/** A line of `countersign log`. */
export const LogLine = z
  .strictObject({
    traceId: z.string(),
    at: z.int(),
    actorType: ActorType,
    user: z.string(),
    agent: z.string(),
    session: z.string(),
    kind: z.string().describe('the action kind, or the kind of the frame for everything else'),
    summary: z.string(),
    score: z.int().nullable(),
    verdict: z.string().nullable(),
    outcome: z.string().nullable(),
    review: Review.optional().describe('absent for what nobody has to look at afterwards'),
  })
  .meta({ id: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;

/**
 * A frame as the chain commits to it (version 1). `payload` is HMAC-SHA-256(salt, record), hex; the record is the JSON
 * text of what can be erased: `payload`, and `summary` when the frame says what its log line reads.
 */
export const TraceEvent = z
  .strictObject({
    v: z.literal(1),
    seq: z.int().min(1),
    at: z.int(),
    kind: TraceEventKind,
    traceId: z.string(),
    session: z.string(),
    agent: z.string(),
    actorType: ActorType,
    user: z.string(),
    data: TraceData,
    line: LogLine.pick({ kind: true, score: true, verdict: true, outcome: true, review: true })
      .partial()
      .optional()
      .describe('what the frame changes in its log line, but for the summary'),
    payload: z.string().optional(),
  })
  .meta({ id: 'TraceEvent' });
export type TraceEvent = z.infer<typeof TraceEvent>;

/** Payloads by the kind of their frame; anything else carries a plain record. */
export const AssessedPayload = z
  .strictObject({ action: Action, facts: z.array(FactRecord), assessment: Assessment })
  .meta({ id: 'AssessedPayload' });
export type AssessedPayload = z.infer<typeof AssessedPayload>;
export const DecidedPayload = z.strictObject({ decision: Decision }).meta({ id: 'DecidedPayload' });
export type DecidedPayload = z.infer<typeof DecidedPayload>;
export type TracePayload = Readonly<Record<string, unknown>>;

export type LogLineChange = Partial<Omit<LogLine, 'traceId' | 'at' | 'actorType' | 'user' | 'agent' | 'session'>>;

/** A stored frame with its place in the chain; `payload` is absent once erased. */
export const StoredFrame = z
  .strictObject({
    event: TraceEvent,
    hash: z.string(),
    payload: z.record(z.string(), z.json()).nullable().describe('null when there never was one or it was erased'),
    erased: z.boolean(),
  })
  .meta({ id: 'StoredFrame' });
export type StoredFrame = z.infer<typeof StoredFrame>;

/** A place where the trace was recovered or restored, as its chain tells. It is reported for ever. */
export const TraceGap = z
  .strictObject({
    frame: z.int().positive().describe('the frame that tells of it'),
    kind: z.enum(['store.recovered', 'store.restored']),
    at: z.int(),
    after: z.int().nonnegative().describe('the last frame from before'),
    missing: z.int().nonnegative().describe('how many frames after it are known to be missing'),
    payloads: z.string().describe('frames that came over without their payload, such as `3,7-40`; empty for none'),
    kept: z.string().describe('where the files from before lie, under the home; empty when there were none'),
  })
  .meta({ id: 'TraceGap' });
export type TraceGap = z.infer<typeof TraceGap>;

/**
 * What `trace verify` found. `ok` is false when anything in the chain, the tree or a checkpoint does not hold, or when
 * frames are missing; `holds` is true when nothing speaks against what is there but the gaps that the chain admits.
 */
export const VerifyReport = z
  .strictObject({
    ok: z.boolean(),
    events: z.int().nonnegative(),
    head: z.string().describe('hash of the last frame, hex; empty for an empty trace'),
    witnessedTo: z
      .int()
      .nonnegative()
      .describe('last sequence number covered by a checkpoint kept outside the database'),
    holds: z.boolean().optional(),
    gaps: z.array(TraceGap).optional().describe('absent when there are none'),
    erased: z
      .strictObject({
        payloads: z.int().positive(),
        frames: z.string().describe('the frames they belonged to, such as `3,7-40`'),
      })
      .optional()
      .describe('payloads that the chain says were erased'),
    firstBad: z.int().optional().describe('sequence number of the first frame that does not hold'),
    problem: z.string().optional(),
    hint: z.string().optional(),
  })
  .meta({ id: 'VerifyReport' });
export type VerifyReport = z.infer<typeof VerifyReport>;

/** What a backup of the trace says of itself: `manifest.json` in its folder. */
export const BackupManifest = z
  .strictObject({
    version: z.literal(1),
    daemonId: z.string().describe('of the daemon whose key signed the checkpoints'),
    at: z.int().describe('ms since the epoch'),
    events: z.int().nonnegative(),
    head: z.string().describe('hash of the last frame, hex; empty for an empty trace'),
    sizeBytes: z.int().nonnegative().describe('of the database in it'),
    digest: z.string().describe('SHA-256 of the database in it, hex'),
  })
  .meta({ id: 'BackupManifest' });
export type BackupManifest = z.infer<typeof BackupManifest>;
