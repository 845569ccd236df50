/** HTTP and WebSocket on `control.sock`: what a person may see and decide. */
import { z } from 'zod';

import { Action } from './action.ts';
import { Approval, ApprovalState, Approver, Factor, Grant, Vote } from './approval.ts';
import { PolicyPack, Preset } from './config.ts';
import { Mode } from './decision.ts';
import { WaitingEdit } from './policy-edit.ts';
import { LogLine, Review } from './trace.ts';
import { Restorable } from './undo.ts';

/** How well the guarded side is kept from the deciding side; see docs/limitations.md. */
export const Level = z.enum(['advisory', 'sealed', 'separate']).meta({ id: 'Level' });
export type Level = z.infer<typeof Level>;

export const Status = z
  .strictObject({
    mode: Mode,
    pausedUntil: z.int().nullable().describe('ms since the epoch'),
    pauseReason: z.string().optional().describe('what was said when it was paused; only while it is'),
    pausedBy: z.string().optional().describe('the human who paused it; only while it is'),
    pending: z.int().nonnegative(),
    toReview: z.int().nonnegative().optional().describe('actions that passed and wait to be looked at afterwards'),
    version: z.string(),
    pid: z.int(),
    uptimeMs: z.int().nonnegative(),
    policyDigest: z.string(),
    preset: Preset.optional().describe('how careful the built-in rules are as a whole'),
    packs: z.array(PolicyPack).optional().describe('packs of further rules that are switched on'),
    home: z.string(),
    level: Level,
    daemonId: z.string(),
    approvers: z.int().nonnegative(),
    sessions: z.int().nonnegative(),
    unlocked: z.boolean().describe('whether the asking terminal may decide'),
    waiting: WaitingEdit.optional().describe(
      'an edit of policies or settings that waits for a human; only while one does',
    ),
    editsWait: z.boolean().optional().describe('whether an edit that is made now waits for a human'),
    problems: z.array(z.string()).describe('what a person should mend, in plain words'),
  })
  .meta({ id: 'Status' });
export type Status = z.infer<typeof Status>;

/** One line of `countersign pending`. */
export const PendingItem = z
  .strictObject({
    id: z.string(),
    summary: z.string(),
    score: z.int(),
    argv: z.array(z.string()).describe('empty for what is no command'),
    action: Action,
    cwd: z.string(),
    agent: z.string(),
    session: z.string(),
    expiresAt: z.int(),
    votes: z.int(),
    quorum: z.int(),
    reasons: z.array(z.string()),
    waiting: z.int(),
    restorable: Restorable.optional().describe('what would be saved first, and what could not'),
  })
  .meta({ id: 'PendingItem' });
export type PendingItem = z.infer<typeof PendingItem>;

/** An action that policy let pass and that a person is to look at afterwards. */
export const ReviewItem = z
  .strictObject({
    trace: z.string(),
    at: z.int().describe('ms since the epoch'),
    summary: z.string(),
    score: z.int(),
    agent: z.string(),
    session: z.string(),
    reasons: z.array(z.string()).describe('empty once its contents were erased'),
  })
  .meta({ id: 'ReviewItem' });
export type ReviewItem = z.infer<typeof ReviewItem>;

export const ReviewRequest = z
  .strictObject({
    verdict: Review.exclude(['waiting']),
    note: z.string().min(1).max(1_000).optional().describe('for whoever reads the trace'),
  })
  .meta({ id: 'ReviewRequest' });
export type ReviewRequest = z.infer<typeof ReviewRequest>;

/** A registered agent run. */
export const AgentSession = z
  .strictObject({
    id: z.string(),
    agent: z.string(),
    argv: z.array(z.string()),
    cwd: z.string(),
    rootPid: z.int(),
    startedAt: z.int(),
    endedAt: z.int().nullable(),
    state: z.enum(['active', 'revoked', 'ended']),
    actions: z.int().nonnegative(),
    by: z.literal('hook').optional().describe('registered by a hook of its client instead of by `countersign run`'),
  })
  .meta({ id: 'AgentSession' });
export type AgentSession = z.infer<typeof AgentSession>;

export const ChallengeResponse = z
  .strictObject({
    nonce: z.string(),
    daemonId: z.string(),
    terminal: z.string().describe('kernel session id and start time of its leader'),
  })
  .meta({ id: 'ChallengeResponse' });
export type ChallengeResponse = z.infer<typeof ChallengeResponse>;

/**
 * Opens a control session for the peer's terminal. `signature` is over
 * `controlMessage('unlock', {nonce, daemonId, terminal})`. `wrapKey` opens the key file that the approving
 * client left for this terminal; the daemon keeps it in memory and returns it only to this terminal.
 */
export const UnlockRequest = z
  .strictObject({ approver: z.string(), nonce: z.string(), signature: z.string(), wrapKey: z.string().max(128) })
  .meta({ id: 'UnlockRequest' });
export type UnlockRequest = z.infer<typeof UnlockRequest>;

export const UnlockResponse = z
  .strictObject({ terminal: z.string(), expiresAt: z.int() })
  .meta({ id: 'UnlockResponse' });
export type UnlockResponse = z.infer<typeof UnlockResponse>;

export const WrapKeyResponse = z
  .strictObject({ terminal: z.string(), approver: z.string(), wrapKey: z.string() })
  .meta({ id: 'WrapKeyResponse' });
export type WrapKeyResponse = z.infer<typeof WrapKeyResponse>;

/**
 * Enrols a public key. The first needs nothing else; each further one needs a control session and the consent of an
 * enrolled approver of another human: a signature over `controlMessage('consent', {publicKey, human, factor, nonce})`.
 */
export const EnrolRequest = z
  .strictObject({
    human: z.string().min(1).max(128),
    factor: Factor,
    publicKey: z.string(),
    signature: z.string().describe("by the new key over controlMessage('enrol', {publicKey, human, factor, nonce})"),
    nonce: z.string(),
    consent: z.strictObject({ approver: z.string(), signature: z.string() }).optional(),
  })
  .meta({ id: 'EnrolRequest' });
export type EnrolRequest = z.infer<typeof EnrolRequest>;

export const VoteRequest = z.strictObject({ vote: Vote }).meta({ id: 'VoteRequest' });
export type VoteRequest = z.infer<typeof VoteRequest>;
export const VoteResponse = z
  .strictObject({ approval: z.string(), state: ApprovalState, votes: z.int(), quorum: z.int() })
  .meta({ id: 'VoteResponse' });
export type VoteResponse = z.infer<typeof VoteResponse>;

export const ModeRequest = z.strictObject({ mode: Mode }).meta({ id: 'ModeRequest' });
export type ModeRequest = z.infer<typeof ModeRequest>;

/** A pause ends by itself; eight hours is the longest. */
export const PauseRequest = z
  .strictObject({
    durationMs: z
      .int()
      .positive()
      .max(8 * 3_600_000),
    reason: z.string().min(1).max(1_000),
  })
  .meta({ id: 'PauseRequest' });
export type PauseRequest = z.infer<typeof PauseRequest>;

/** `GET /control/mcp/servers`: what MCP servers offer, as far as it is known. */
export const KnownServer = z
  .strictObject({
    server: z.string(),
    launch: z.array(z.string()).describe('how it is started, or its URL, without secrets'),
    firstAt: z.int(),
    tools: z.array(
      z.strictObject({
        name: z.string(),
        digest: z.string(),
        at: z.int(),
        agreed: z.boolean().describe('a person looked at it, rather than that it was there first'),
      }),
    ),
    refused: z.int().describe('how many tools a person refused'),
  })
  .meta({ id: 'KnownServer' });
export type KnownServer = z.infer<typeof KnownServer>;

/** `POST /control/mcp/forget`: what is known of a server's tools is known again from its next list on. */
export const ForgetServerRequest = z
  .strictObject({ server: z.string().min(1).max(256) })
  .meta({ id: 'ForgetServerRequest' });

export const RevokeRequest = z.strictObject({ session: z.string() }).meta({ id: 'RevokeRequest' });
export type RevokeRequest = z.infer<typeof RevokeRequest>;

/** What the WebSocket at `/control/live` pushes. */
export const LiveMessage = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('status'), status: Status }),
    z.strictObject({ type: z.literal('approval'), approval: Approval }),
    z.strictObject({ type: z.literal('log'), line: LogLine }),
  ])
  .meta({ id: 'LiveMessage' });
export type LiveMessage = z.infer<typeof LiveMessage>;

export const ApproverList = z.array(Approver).meta({ id: 'ApproverList' });
export const GrantList = z.array(Grant).meta({ id: 'GrantList' });

/** Absolute path of a folder that is not there yet. */
export const BackupRequest = z
  .strictObject({ folder: z.string().startsWith('/').max(4_096) })
  .meta({ id: 'BackupRequest' });
export type BackupRequest = z.infer<typeof BackupRequest>;

export const RestoreRequest = z
  .strictObject({
    folder: z.string().startsWith('/').max(4_096).describe('of a backup; absolute'),
    keepPresent: z
      .boolean()
      .default(false)
      .describe('set the present trace aside although it has frames that the backup does not have'),
  })
  .meta({ id: 'RestoreRequest' });
export type RestoreRequest = z.infer<typeof RestoreRequest>;

/** Erases the contents of one trace, of an agent run, or of everything before a time. What waits for an answer stays. */
export const EraseRequest = z
  .strictObject({
    what: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('trace'), trace: z.string().min(1).max(128) }),
      z.strictObject({ kind: z.literal('session'), session: z.string().min(1).max(128) }),
      z.strictObject({ kind: z.literal('before'), before: z.int().describe('ms since the epoch') }),
    ]),
    reason: z.string().min(1).max(1_000).describe('why; it is recorded'),
  })
  .meta({ id: 'EraseRequest' });
export type EraseRequest = z.infer<typeof EraseRequest>;

export const EraseResponse = z
  .strictObject({ payloads: z.int().nonnegative().describe('how many were erased') })
  .meta({ id: 'EraseResponse' });
export type EraseResponse = z.infer<typeof EraseResponse>;
