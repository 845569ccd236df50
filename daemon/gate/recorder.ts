/** Builds the frames of an action's trace. */
import type { Action } from '../../protocol/action.ts';
import type { Approval, ApprovalVote, Grant, Vote } from '../../protocol/approval.ts';
import type { Decision, Outcome } from '../../protocol/decision.ts';
import type {
  ActorType,
  LogLineChange,
  NewTraceEvent,
  Review,
  TraceData,
  TraceEventKind,
  TracePayload,
} from '../../protocol/trace.ts';
import type { Saved } from '../undo/save.ts';
import type { Judgement } from './judge-action.ts';

/** Who and when, shared by the frames of one trace. */
export type Origin = {
  readonly at: number;
  readonly traceId: string;
  readonly session: string;
  readonly agent: string;
  readonly user: string;
};

type Frame = {
  readonly kind: TraceEventKind;
  readonly actorType: ActorType;
  readonly data: TraceData;
  readonly payload?: TracePayload;
  readonly line?: LogLineChange;
};

export function frame(origin: Origin, { kind, actorType, data, payload, line }: Frame): NewTraceEvent {
  const { at, traceId, session, agent, user } = origin;
  return {
    at,
    kind,
    traceId,
    session,
    agent,
    actorType,
    user,
    data,
    ...(payload === undefined ? {} : { payload }),
    ...(line === undefined ? {} : { line }),
  };
}

export type Digests = { readonly action: string; readonly facts: string };

/** `task`: whose child the peer was tells who asked, for any process can write the same words. */
type Asked = Digests & { readonly task?: string };

export function assessedFrame(origin: Origin, action: Action, judgement: Judgement, asked: Asked): NewTraceEvent {
  const { assessment, facts } = judgement;
  const { score, band, verdict, forced, policyDigest, engine, summary } = assessment;
  return frame(origin, {
    kind: 'action.assessed',
    actorType: 'agent',
    data: {
      actionKind: action.kind,
      actionDigest: asked.action,
      factsDigest: asked.facts,
      score,
      band,
      verdict,
      forced,
      policyDigest,
      engine,
      ...(asked.task === undefined ? {} : { task: asked.task }),
    },
    payload: { action, facts, assessment },
    line: { kind: action.kind, summary, score, verdict: null, outcome: null },
  });
}

/** No line of its own: it belongs to the action that covers it. */
export function coveredFrame(origin: Origin, action: Action, { score, ...digests }: Digests & { score: number }) {
  return frame(origin, {
    kind: 'action.covered',
    actorType: 'agent',
    data: { actionKind: action.kind, actionDigest: digests.action, factsDigest: digests.facts, score },
    payload: { action },
  });
}

export function unannouncedFrame(origin: Origin, action: string, score: number): NewTraceEvent {
  return frame(origin, { kind: 'action.unannounced', actorType: 'system', data: { actionDigest: action, score } });
}

/** `toReview`: somebody is to look at it afterwards. */
export function decidedFrame(origin: Origin, decision: Decision, toReview = false): NewTraceEvent {
  const { verdict, by, wanted, mode, score, code, approval, grant } = decision;
  return frame(origin, {
    kind: 'action.decided',
    actorType: 'system',
    data: { verdict, by, wanted, mode, score, code: code ?? null, approval: approval ?? null, grant: grant ?? null },
    payload: { decision },
    line: {
      verdict,
      outcome: verdict === 'deny' ? 'refused' : 'released',
      ...(toReview ? { review: 'waiting' } : {}),
    },
  });
}

/** What somebody found who looked at it afterwards. */
export type Reviewed = {
  readonly verdict: Exclude<Review, 'waiting'>;
  readonly note?: string | undefined;
  readonly approver: string | null;
  readonly human: string;
};

export function reviewedFrame(origin: Origin, { verdict, note, approver, human }: Reviewed): NewTraceEvent {
  return frame(origin, {
    kind: 'action.reviewed',
    actorType: 'human',
    data: { verdict, approver },
    payload: { human, ...(note === undefined ? {} : { note }) },
    line: { review: verdict },
  });
}

export function outcomeFrame(origin: Origin, outcome: Outcome): NewTraceEvent {
  const { status, exitCode, durationMs, resultDigest } = outcome;
  return frame(origin, {
    kind: 'action.outcome',
    actorType: 'agent',
    data: { status, exitCode: exitCode ?? null, durationMs: durationMs ?? null, resultDigest: resultDigest ?? null },
    line: { outcome: status },
  });
}

export function savedFrame(origin: Origin, saved: Saved): NewTraceEvent {
  const { files, bytes, leftToGit, leftToBuild, digest, notRestorable, more } = saved;
  const lost = notRestorable.length + more;
  return frame(origin, {
    kind: 'undo.saved',
    actorType: 'system',
    data: { files, bytes, lost, leftToGit, leftToBuild, digest },
    ...(lost === 0 ? {} : { payload: { notRestorable } }),
  });
}

export function requestedFrame(origin: Origin, approval: Approval): NewTraceEvent {
  const { id, quorum, factorsNeeded, expiresAt, actionDigest, executedDigest, factsDigest } = approval;
  return frame(origin, {
    kind: 'approval.requested',
    actorType: 'system',
    data: { approval: id, quorum, factorsNeeded, expiresAt, actionDigest, executedDigest, factsDigest },
    line: { verdict: 'pending' },
  });
}

export function votedFrame(origin: Origin, counted: ApprovalVote, { statement, signature }: Vote): NewTraceEvent {
  const { approver, factor, decision, human } = counted;
  return frame(origin, {
    kind: 'approval.voted',
    actorType: 'human',
    data: { approval: statement.approvalId, approver, factor, decision, scope: statement.scope },
    payload: { statement, signature, human },
  });
}

export function closedFrame(origin: Origin, approval: string, state: string): NewTraceEvent {
  return frame(origin, { kind: 'approval.closed', actorType: 'system', data: { approval, state } });
}

export function grantFrame(origin: Origin, kind: 'grant.created' | 'grant.ended', grant: Grant): NewTraceEvent {
  const { id, scope, shape, maxScore, approval, expiresAt } = grant;
  return frame(origin, {
    kind,
    actorType: 'human',
    data: { grant: id, scope, shape, maxScore, approval, expiresAt },
    payload: { pattern: grant.pattern, grantedBy: grant.grantedBy },
  });
}

/** How a run began. `by`: what registered it, its own process included. */
export type RunStart = {
  readonly pid: number;
  readonly resumed: boolean;
  readonly by: 'run' | 'hook' | 'itself';
  readonly argv: readonly string[];
  readonly cwd: string;
};

export function startedFrame(origin: Origin, { pid, resumed, by, argv, cwd }: RunStart): NewTraceEvent {
  const [program = '', ...others] = argv;
  const summary = [by === 'itself' ? 'session' : 'run', program.slice(program.lastIndexOf('/') + 1), ...others].join(
    ' ',
  );
  return frame(origin, {
    kind: 'session.started',
    actorType: by === 'itself' ? 'agent' : 'human',
    data: { pid, resumed, by },
    payload: { argv, cwd },
    line: { kind: 'session', summary, score: null, verdict: null, outcome: 'running' },
  });
}

/** How a run ended; `undefined` when nobody told. */
export type RunEnd = {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly recording?: string | undefined;
};

export function endedFrame(origin: Origin, ended: RunEnd | undefined): NewTraceEvent {
  const exitCode = ended?.exitCode ?? null;
  const outcome = ended === undefined ? 'unknown' : exitCode === 0 ? 'succeeded' : 'failed';
  return frame(origin, {
    kind: 'session.ended',
    actorType: 'agent',
    data: { exitCode, signal: ended?.signal ?? null },
    ...(ended?.recording === undefined ? {} : { payload: { recording: ended.recording } }),
    line: { outcome },
  });
}
