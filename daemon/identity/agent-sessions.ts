/** The register of governed agent runs: who belongs to which, and which were revoked. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

import { AgentSession } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { createMembership, keyOf } from './membership.ts';
import { diskFault } from './private-folder.ts';
import { readJson, writeJson } from './private-file.ts';
import { atOneMoment, lineage, terminalOf, type ProcessInfo, type ProcessTable } from './process-table.ts';

export type NewRun = {
  readonly agent: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly rootPid: number;
  readonly at: number;
  readonly resume?: string | undefined;
  readonly by?: 'hook';
};

/** Which session a peer acts for. A peer outside every governed run acts for its terminal. */
export type Belonging = {
  readonly session: string;
  readonly agent: string;
  readonly governed: boolean;
  readonly revoked: boolean;
  /** The process that started the peer: what a grant for "this task" is bound to. */
  readonly task: string;
};

export type AgentSessions = {
  /** `nested`: the caller is inside a run already and stays in its session, denials and all. */
  register(run: NewRun): { readonly session: AgentSession; readonly nested: boolean };
  /** `said`: its own process said so while it was there, and what it leaves behind was seen. */
  end(id: string, at: number, said?: boolean): void;
  revoke(id: string): void;
  belongingOf(pid: number): Belonging;
  /** True also when it is unclear: what cannot be followed is not trusted to decide. */
  isGoverned(pid: number): boolean;
  countAction(id: string): void;
  list(): readonly AgentSession[];
  /** Looks for descendants that nobody has heard of yet, and saves what could not be saved; called on a tick. */
  sweep(): void;
  /** Runs that go on although their process is gone. */
  gone(): readonly AgentSession[];
  /** Whether a process of any run is left, also of one that ended or was revoked. */
  anyoneLeft(): boolean;
  /** How many runs ended so that what they left behind may never have been seen. */
  endsUnseen(): number;
  /** Why what is known here would not outlive this daemon. */
  problem(): string | undefined;
  /** Runs that ended while no daemon was there to hear of it. */
  lost(): readonly AgentSession[];
};

/** Ended runs are kept for the list; the oldest go first. More than this never go on at a time. */
const MAX_RUNS = 1_000;

export const SavedRuns = z.array(z.object({ session: AgentSession, rootStart: z.string() }));
export type SavedRuns = z.infer<typeof SavedRuns>;
type Run = SavedRuns[number];

/** Without a file nothing is remembered across a restart. */
export function openAgentSessions(table: ProcessTable, file?: string): AgentSessions {
  const saved = file === undefined ? [] : SavedRuns.parse(readJson(file) ?? []);
  // Runs that outlived the last daemon are governed from the first request on, not only once they come back.
  const [alive, dead] = [saved.filter((run) => lives(table, run)), saved.filter((run) => !lives(table, run))];
  const runs = new Map(alive.map((run) => [run.session.id, run]));
  const membership = createMembership(table);
  for (const { session, rootStart } of alive) {
    const info = table.read(session.rootPid);
    if (info?.startTime === rootStart) membership.addRoot(info, session.id);
  }
  /** Processes that a run left behind may go on without it. */
  let mayLinger = false;
  let endsUnseen = 0;
  let unsaved: { readonly fault: string; readonly error: unknown } | undefined;
  /** A full disk is no reason to refuse a run: its own process registers it again with the next daemon. */
  const save = (): void => {
    const open = [...runs.values()].filter((run) => run.session.endedAt === null);
    try {
      if (file !== undefined) writeJson(file, open);
      unsaved = undefined;
    } catch (error) {
      const fault = diskFault(error);
      if (fault === undefined) throw error;
      unsaved = { fault, error };
    }
  };
  const change = (id: string, edit: (session: AgentSession) => AgentSession): boolean => {
    const run = runs.get(id);
    if (run !== undefined) run.session = edit(run.session);
    return run !== undefined;
  };
  /** INVARIANT: runs that a daemon met before the one around them, which it had not been told of, are part of that. */
  const takeIn = (info: ProcessInfo, id: string): void => {
    for (const run of runs.values()) {
      if (run.session.id === id || run.session.endedAt !== null || !isBelow(table, run, info)) continue;
      membership.merge(run.session.id, id);
      runs.delete(run.session.id);
      if (run.session.state === 'revoked') change(id, (session) => ({ ...session, state: 'revoked' }));
    }
  };

  return {
    register(run) {
      const info = table.read(run.rootPid);
      if (info === undefined) throw new CountersignError('bad_request', 'the registering process is gone');
      const standing = membership.standingOf(run.rootPid);
      if (standing.kind === 'unclear')
        throw new CountersignError('governed_peer', 'the peer process cannot be followed');
      // INVARIANT: a governed process cannot shed what its session was denied by opening another.
      const around = standing.kind === 'inside' ? runs.get(standing.run) : undefined;
      const outer = around?.session;
      const session = outer ?? resumed(table, runs, run, info) ?? newSession(run);
      const goesOn = outer?.id === run.resume && outer?.rootPid === run.rootPid && around?.rootStart === info.startTime;
      if (outer !== undefined && !goesOn) return { session: outer, nested: true };
      const state = session.state === 'revoked' ? 'revoked' : 'active';
      if (!runs.has(session.id)) makeRoom(runs);
      runs.set(session.id, { session: { ...session, endedAt: null, state }, rootStart: info.startTime });
      membership.addRoot(info, session.id);
      takeIn(info, session.id);
      save();
      return { session, nested: false };
    },
    end(id, at, said = false) {
      // The last look while the parents are still there.
      membership.sweep();
      mayLinger = true;
      const run = runs.get(id);
      if (!said && run !== undefined && !lives(table, run)) endsUnseen += 1;
      change(id, (session) => ({ ...session, endedAt: at, state: session.state === 'revoked' ? 'revoked' : 'ended' }));
      save();
    },
    revoke(id) {
      if (!change(id, (session) => ({ ...session, state: 'revoked' }))) throw new CountersignError('not_found');
      save();
      // In force, but the next daemon would not know: that is for whoever revokes to hear.
      if (unsaved !== undefined) throw unsaved.error;
    },
    belongingOf(pid) {
      const moment = atOneMoment(table);
      const info = moment.read(pid);
      const standing = membership.standingOf(pid, moment);
      const task = taskOf(moment, info);
      const session = standing.kind === 'inside' ? runs.get(standing.run)?.session : undefined;
      if (session === undefined) return { ...terminalBelonging(moment, info), task };
      return { session: session.id, agent: session.agent, governed: true, revoked: session.state === 'revoked', task };
    },
    isGoverned: (pid) => membership.standingOf(pid).kind !== 'outside',
    countAction(id) {
      change(id, (session) => ({ ...session, actions: session.actions + 1 }));
    },
    list: () => [...runs.values()].map((run) => run.session),
    sweep() {
      if (unsaved !== undefined) save();
      if ([...runs.values()].some((run) => run.session.endedAt === null)) membership.sweep();
    },
    gone: () => [...runs.values()].filter((run) => run.session.endedAt === null && !lives(table, run)).map((run) => run.session), // prettier-ignore
    endsUnseen: () => endsUnseen,
    anyoneLeft() {
      if ([...runs.values()].some((run) => run.session.endedAt === null)) return true;
      mayLinger &&= membership.sweep();
      return mayLinger;
    },
    problem: () => unsaved && `the runs that go on cannot be saved: ${unsaved.fault}`,
    lost: () => dead.map((run) => run.session),
  };
}

function lives(table: ProcessTable, { session, rootStart }: Run): boolean {
  return table.read(session.rootPid)?.startTime === rootStart;
}

function newSession(run: NewRun): AgentSession {
  const { agent, argv, cwd, rootPid, at, by } = run;
  const id = `run-${randomBytes(6).toString('hex')}`;
  return {
    id,
    agent,
    argv: [...argv],
    cwd,
    rootPid,
    startedAt: at,
    endedAt: null,
    state: 'active',
    actions: 0,
    ...(by === undefined ? {} : { by }),
  };
}

/** A run that outlived the daemon goes on under its old id; an id that is still in use is not handed out again. */
function resumed(
  table: ProcessTable,
  runs: ReadonlyMap<string, Run>,
  run: NewRun,
  info: ProcessInfo,
): AgentSession | undefined {
  if (run.resume === undefined || !/^run-[0-9a-f]{12}$/.test(run.resume)) return undefined;
  const present = runs.get(run.resume);
  if (present === undefined) return { ...newSession(run), id: run.resume };
  if (!isBelow(table, present, info)) return undefined;
  // A run within this one came back first, under the id that both have.
  const { id, startedAt, state, actions } = present.session;
  return { ...newSession(run), id, startedAt, state, actions };
}

function isBelow(table: ProcessTable, { session, rootStart }: Run, above: ProcessInfo): boolean {
  const way = [...lineage(table, session.rootPid)];
  return way[0]?.startTime === rootStart && way.slice(1).some((info) => keyOf(info) === keyOf(above));
}

function terminalBelonging(table: ProcessTable, info: ProcessInfo | undefined): Omit<Belonging, 'task'> {
  const session = info === undefined ? 'terminal-unknown' : `terminal-${terminalOf(table, info).replace(/\W/g, '-')}`;
  return { session, agent: 'terminal', governed: false, revoked: false };
}

function taskOf(table: ProcessTable, info: ProcessInfo | undefined): string {
  const parent = info === undefined ? undefined : table.read(info.parentPid);
  return parent === undefined ? 'gone' : keyOf(parent);
}

/** INVARIANT: a run that goes on is never forgotten; its processes would be taken for somebody at a terminal. */
function makeRoom(runs: Map<string, Run>): void {
  if (runs.size < MAX_RUNS) return;
  for (const [id, { session }] of runs) {
    if (session.endedAt === null) continue;
    runs.delete(id);
    return;
  }
  throw new CountersignError('too_busy', `${MAX_RUNS} runs go on at a time`);
}
