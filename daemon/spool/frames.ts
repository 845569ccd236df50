/** A spooled question as frames of the trace: what it would have come to. */
import type { Decision } from '../../protocol/decision.ts';
import { SPOOLED_SESSION, type SpooledAsk } from '../../protocol/spool.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { CompiledPolicy } from '../engine/policy.ts';
import type { LazyParsers } from '../engine/sql/load.ts';
import type { FactLooker } from '../facts/looker.ts';
import type { RegoAsker } from '../policy/rego/rego.ts';
import { actionDigest } from '../gate/digest.ts';
import { judge } from '../gate/judge-action.ts';
import { assessedFrame, decidedFrame } from '../gate/recorder.ts';
import { actionOf } from '../gate/wire-action.ts';
import type { Redactor } from '../redact/redact.ts';
import type { Observed } from './observed.ts';

export type SpoolJudge = {
  readonly policy: () => CompiledPolicy;
  readonly parsers: LazyParsers;
  readonly redactor: Redactor;
  readonly wallMs: () => number;
  readonly user: string;
};

/** Nobody knows who asked: the session that a line names is the writer's word. */
const SPOOLED = { session: SPOOLED_SESSION, agent: 'unknown' } as const;
const REASON =
  'it ran in observe mode while the daemon could not be asked; judged afterwards, without a look at the world';

/** The last moment that has a date. */
const MAX_TIME_MS = 8_640_000_000_000_000;

const BLIND: FactLooker = {
  look: async (needs) =>
    needs.map((need) =>
      need.kind === 'workspace-policy'
        ? // What lies there by now says nothing of what was asked for then, and decides nothing any more.
          { need, value: { known: true, data: { kind: need.kind, files: [], problems: [] } } }
        : { need, value: { known: false, reason: 'it ran before it was judged' } },
    ),
  warm: async () => undefined,
  close: async () => undefined,
};

const UNASKED: RegoAsker = { answer: BLIND.look };

/** No look is taken: the world is no longer the one in which it ran, and what is not known never lowers a score. */
export async function spooledFrames(
  parts: SpoolJudge,
  traceId: string,
  spooled: SpooledAsk,
  observed: Observed,
): Promise<NewTraceEvent[]> {
  const { policy, parsers, redactor, wallMs, user } = parts;
  const { action } = redactor.redactAction(actionOf(spooled.ask, SPOOLED));
  const judgement = await judge({ policy, parsers, looker: BLIND, rego: UNASKED }, action);
  const { assessment } = judgement;
  const digests = { action: actionDigest(action), facts: judgement.factsDigest };
  const origin = { at: wallMs(), traceId, ...SPOOLED, user };
  const { policyDigest, score, verdict } = assessment;
  const decision: Decision = {
    verdict: 'allow',
    by: 'observe',
    score,
    wanted: verdict,
    reason: REASON,
    obligations: [],
    mode: 'observe',
    policyDigest,
    actionDigest: digests.action,
    factsDigest: digests.facts,
  };
  const covered = observed(spooled.at);
  const claims = { imported: true, trust: 'spooled', claimedAt: spooled.at, why: spooled.why, covered };
  const [assessed, decided] = [assessedFrame(origin, action, judgement, digests), decidedFrame(origin, decision)];
  const summary = `${claimWords(spooled.at, covered)}: ${assessment.summary}`;
  return [
    { ...assessed, line: { ...assessed.line, summary } },
    // INVARIANT: nothing that only says it ran ever looks like something that was decided.
    { ...decided, line: { ...decided.line, verdict: 'spooled', outcome: 'unknown' } },
  ].map((frame) => ({ ...frame, data: { ...frame.data, ...claims } }));
}

/** The time of the line is that of the import. */
function claimWords(at: number, covered: boolean): string {
  const time = Math.min(at, MAX_TIME_MS);
  const said = `ran unjudged, claimed at ${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC and imported later`;
  return covered ? said : `${said}; no observe period covers this: it may be forged`;
}
