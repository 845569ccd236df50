/** What the daemon wrote down for itself: believed when it is whole and the trace agrees, else taken from the trace. */
import { existsSync, lstatSync, renameSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';

import { Approver } from '../protocol/approval.ts';
import { Assessment } from '../protocol/assessment.ts';
import { ApproverList } from '../protocol/control-api.ts';
import type { Mode } from '../protocol/decision.ts';
import type { DeniedTarget } from '../protocol/facts.ts';
import { CountersignError } from '../protocol/errors.ts';
import type { StoredFrame } from '../protocol/trace.ts';
import { SavedStance } from './approvals/pause.ts';
import { deniedTargetsOf } from './engine/denials.ts';
import { MAX_DENIED, SavedDenials } from './gate/session-history.ts';
import { SavedRuns } from './identity/agent-sessions.ts';
import { approverId } from './identity/approvers.ts';
import { faultOf, setAside } from './identity/own-file.ts';
import { readJson, writeJson } from './identity/private-file.ts';
import type { ProcessTable } from './identity/process-table.ts';
import type { TraceStore } from './trace/store.ts';

/** More than go on at a time, are denied in a life of a session, or are enrolled. */
const MOST = 2_000;

type Trace = Pick<TraceStore, 'ofKind' | 'frames' | 'head' | 'healthy'>;

type OwnFile = {
  readonly path: string;
  readonly schema: z.ZodType;
  /** From the trace; throws when that does not answer. */
  readonly rebuild: () => Promise<unknown>;
  readonly result: string;
  /** Where the trace knows otherwise. */
  readonly disagreement?: () => Promise<string | undefined>;
};

export type OwnState = { readonly home: string; readonly keys: string; readonly witness: string };

/** Returns what a person should know. Throws `home_unusable` when neither the file nor the trace tells. */
export async function mendOwnState(
  { home, keys, witness }: OwnState,
  trace: Trace,
  table: ProcessTable,
): Promise<string[]> {
  const files: readonly OwnFile[] = [
    {
      path: `${home}/stance.json`,
      schema: SavedStance,
      rebuild: async () => ({ mode: 'enforce' }),
      result: 'enforcing',
    },
    {
      path: `${home}/runs.json`,
      schema: SavedRuns,
      rebuild: () => runsOf(trace, table),
      result: 'the runs that go on were taken from the trace',
    },
    {
      path: `${home}/denials.json`,
      schema: SavedDenials,
      rebuild: () => denialsOf(trace),
      result: 'what people denied was taken from the trace, except what was erased there',
    },
    {
      path: `${keys}/approvers.json`,
      schema: ApproverList,
      rebuild: () => approversOf(trace, `${keys}/approvers.json`),
      result: 'the approvers were taken from the trace',
      disagreement: () => approversDisagree(`${keys}/approvers.json`, witness, trace),
    },
  ];
  const problems: string[] = [];
  for (const file of files) {
    finishMending(file.path);
    const fault = faultOf(file.path) ?? contentFault(file) ?? (await file.disagreement?.().catch(() => undefined));
    if (fault !== undefined) problems.push(await mend(file, fault));
  }
  return problems;
}

function contentFault({ path, schema }: OwnFile): string | undefined {
  try {
    const content = readJson(path);
    return content === undefined || schema.safeParse(content).success ? undefined : 'it does not hold what it should';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** INVARIANT: nothing is set aside before its replacement is on disk: the next start would find nothing, which is looser. */
async function mend({ path, rebuild, result }: OwnFile, fault: string): Promise<string> {
  const what = `\`${path}\` is damaged (${fault})`;
  const content = await rebuild().catch((cause: unknown) => {
    throw new CountersignError('home_unusable', `${what}, and the trace does not tell what it said; put it back from a backup, or move it away to go on without`, { cause }); // prettier-ignore
  });
  const replacement = replacementOf(path);
  writeJson(replacement, content);
  const kept = lstatSync(path, { throwIfNoEntry: false }) && setAside(path);
  renameSync(replacement, path);
  return `${what}${kept === undefined ? '' : ` and is kept as \`${basename(kept)}\``}; ${result}`;
}

/** A daemon that was killed in between had set the damaged file aside and not yet put this in its place. */
function finishMending(path: string): void {
  if (!existsSync(path) && existsSync(replacementOf(path))) renameSync(replacementOf(path), path);
}

function replacementOf(path: string): string {
  return `${path}.mended`;
}

/** A person's last word; `undefined` when nobody ever said one or the daemon overruled it since. */
export async function chosenMode(trace: Trace): Promise<Mode | undefined> {
  const [last] = await trace.ofKind('mode.changed', 1, 'control');
  if (last?.event.actorType !== 'human') return undefined;
  return last.event.data['mode'] === 'observe' ? 'observe' : 'enforce';
}

/** A process that has the number of a run's now is taken for it: rather one too many than one too few. */
async function runsOf(trace: Trace, table: ProcessTable): Promise<SavedRuns> {
  const started = await trace.ofKind('session.started', MOST);
  const ended = newestOf(await trace.ofKind('session.ended', MOST));
  const revoked = new Set((await trace.ofKind('session.revoked', MOST)).map(({ event }) => event.data['session']));
  return [...newestOf(started).values()].flatMap(({ event, payload }) => {
    const { session: id, agent, at: startedAt } = event;
    const info = table.read(Number(event.data['pid']));
    if (info === undefined || (ended.get(id)?.event.seq ?? 0) > event.seq) return [];
    const { argv, cwd } = RunRecord.parse(payload ?? {});
    const state = revoked.has(id) ? ('revoked' as const) : ('active' as const);
    const session = { id, agent, argv, cwd, rootPid: info.pid, startedAt, endedAt: null, state, actions: 0 };
    return [{ session, rootStart: info.startTime }];
  });
}

/** Empty once it was erased. */
const RunRecord = z.object({ argv: z.array(z.string()).default([]), cwd: z.string().default('') });

function newestOf(newestFirst: readonly StoredFrame[]): ReadonlyMap<string, StoredFrame> {
  return new Map(newestFirst.toReversed().map((one) => [one.event.session, one]));
}

async function denialsOf(trace: Trace): Promise<z.infer<typeof SavedDenials>> {
  const denied = new Map<string, DeniedTarget[]>();
  const votes = (await trace.ofKind('approval.voted', MOST)).filter(({ event }) => event.data['decision'] === 'deny');
  for (const { event } of votes) {
    const targets = (await trace.frames(event.traceId)).flatMap(targetsOf);
    denied.set(event.session, [...(denied.get(event.session) ?? []), ...targets].slice(0, MAX_DENIED));
  }
  return Object.fromEntries(denied);
}

function targetsOf({ event, payload }: StoredFrame): readonly DeniedTarget[] {
  if (event.kind !== 'action.assessed' || payload === null) return [];
  const assessment = Assessment.safeParse(payload['assessment']);
  if (!assessment.success) return [];
  const { traceId } = event;
  return deniedTargetsOf(assessment.data).map((one) => ({ ...one, reason: 'a human denied it', traceId }));
}

/** A trace that knows of nobody says nothing against the file: it may be a new one after all of the old was lost. */
async function approversDisagree(path: string, witness: string, trace: Trace): Promise<string | undefined> {
  // INVARIANT: with nobody enrolled anybody may enrol first; a home that was used is not taken for one where nobody is.
  if (!trace.healthy()) {
    const isGone = !existsSync(path) && existsSync(`${witness}/head`);
    return isGone ? 'it is gone, and the trace cannot be asked who was enrolled' : undefined;
  }
  if (trace.head().seq === 0) return undefined;
  const enrolled = await enrolledFrames(trace);
  if (enrolled.length === 0) return undefined;
  const saved = ApproverList.parse(readJson(path) ?? []);
  const unknown = saved.find((one) => !enrolled.some((frame) => isEnrolment(one, frame)));
  if (unknown !== undefined) return `the trace knows nothing of the approver ${unknown.id} as it is there`;
  const missing = enrolled.find(({ event }) => saved.every(({ id }) => id !== event.data['approver']));
  return missing && `the approver ${String(missing.event.data['approver'])} is missing`;
}

function isEnrolment({ id, factor, human, publicKey }: Approver, { event, payload }: StoredFrame): boolean {
  const { approver, factor: enrolledFactor } = event.data;
  const isSameHuman = payload === null || payload['human'] === human;
  return approver === id && approverId(publicKey) === id && enrolledFactor === factor && isSameHuman;
}

function enrolledFrames(trace: Trace): Promise<readonly StoredFrame[]> {
  return trace.ofKind('approver.enrolled', MOST, 'control');
}

/** INVARIANT: a list that cannot be rebuilt is an error: where nobody is enrolled, anybody may enrol first. */
async function approversOf(trace: Trace, path: string): Promise<readonly Approver[]> {
  const saved = ApproverList.catch([]).parse(attempt(() => readJson(path)));
  return (await enrolledFrames(trace)).toReversed().map((frame) => {
    const { data, at } = frame.event;
    const { human, publicKey } = frame.payload ?? {};
    const known = saved.find((one) => isEnrolment(one, frame));
    return known ?? Approver.parse({ id: data['approver'], factor: data['factor'], human, publicKey, enrolledAt: at });
  });
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    // It is being replaced because of that.
    return undefined;
  }
}
