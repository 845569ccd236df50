/** The register of governed agent runs: who belongs to which, and which were revoked. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

import { AgentSession } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { readJson, writeJson } from './private-file.ts';
import { lineage, terminalOf, type ProcessInfo, type ProcessTable } from './process-table.ts';

export type NewRun = {
  readonly agent: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly rootPid: number;
  readonly at: number;
  readonly resume?: string | undefined;
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
  end(id: string, at: number): void;
  revoke(id: string): void;
  belongingOf(pid: number): Belonging;
  isGoverned(pid: number): boolean;
  countAction(id: string): void;
  list(): readonly AgentSession[];
};

/** Ended runs are kept for the list; the oldest go first. */
const MAX_RUNS = 1_000;
/** Processes whose membership is remembered, so that a child of a dead parent stays governed. */
const MAX_MEMBERS = 50_000;

/** Tries to climb a tree that changes meanwhile. */
const MAX_CLIMBS = 3;

const Run = z.object({ session: AgentSession, rootStart: z.string() });
type Run = z.infer<typeof Run>;

/** Without a file nothing is remembered across a restart. */
export function openAgentSessions(table: ProcessTable, file?: string): AgentSessions {
  const runs = new Map<string, Run>(file === undefined ? [] : survivors(table, file));
  const roots = new Map(
    [...runs.values()].map(({ session, rootStart }) => [`${session.rootPid}:${rootStart}`, session.id]),
  );
  const save = (): void => {
    if (file !== undefined)
      writeJson(
        file,
        [...runs.values()].filter((run) => run.session.endedAt === null),
      );
  };
  const members = new Map<string, string>();
  /** Processes with no run above them. Forgotten with every registration: a new root may be one of them. */
  const outside = new Map<string, true>();

  const climb = (pid: number): { readonly run: Run | undefined; readonly whole: boolean } => {
    const passed: string[] = [];
    for (const info of lineage(table, pid)) {
      const key = keyOf(info);
      if (outside.has(key)) return { run: undefined, whole: true };
      const id = roots.get(key) ?? members.get(key);
      passed.push(key);
      if (id !== undefined) {
        // INVARIANT: once a process was seen inside a run it stays inside, also when its parents are gone.
        for (const member of passed) remember(members, member, id);
        return { run: runs.get(id), whole: true };
      }
      if (info.parentPid !== 0) continue;
      for (const key of passed) remember(outside, key, true);
      return { run: undefined, whole: true };
    }
    return { run: undefined, whole: false };
  };
  const runOf = (pid: number): Run | undefined => {
    // A parent that dies during the climb breaks it, and its child is found under a new parent the next time.
    for (let attempt = 1; attempt <= MAX_CLIMBS; attempt++) {
      const { run, whole } = climb(pid);
      if (whole) return run;
    }
    return undefined;
  };

  return {
    register(run) {
      const info = table.read(run.rootPid);
      if (info === undefined) throw new CountersignError('bad_request', 'the registering process is gone');
      // INVARIANT: a governed process cannot shed what its session was denied by opening another.
      const outer = runOf(run.rootPid);
      const goesOn = outer !== undefined && outer.session.id === run.resume && roots.get(keyOf(info)) === run.resume;
      if (goesOn)
        change(runs, outer.session.id, (session) => ({
          ...session,
          endedAt: null,
          state: session.state === 'revoked' ? 'revoked' : 'active',
        }));
      if (outer !== undefined) return { session: outer.session, nested: !goesOn };
      const session = resumed(runs, run) ?? newSession(run);
      runs.set(session.id, { session, rootStart: info.startTime });
      roots.set(keyOf(info), session.id);
      outside.clear();
      dropOldest(runs, MAX_RUNS);
      save();
      return { session, nested: false };
    },
    end(id, at) {
      change(runs, id, (session) => ({
        ...session,
        endedAt: at,
        state: session.state === 'revoked' ? 'revoked' : 'ended',
      }));
      save();
    },
    revoke(id) {
      if (!change(runs, id, (session) => ({ ...session, state: 'revoked' }))) throw new CountersignError('not_found');
      save();
    },
    belongingOf(pid) {
      const info = table.read(pid);
      const run = runOf(pid);
      const task = taskOf(table, info);
      if (run === undefined) return { ...terminalBelonging(table, info), task };
      const { id, agent, state } = run.session;
      return { session: id, agent, governed: true, revoked: state === 'revoked', task };
    },
    isGoverned: (pid) => runOf(pid) !== undefined,
    countAction(id) {
      change(runs, id, (session) => ({ ...session, actions: session.actions + 1 }));
    },
    list: () => [...runs.values()].map((run) => run.session),
  };
}

/** Runs that outlived the last daemon: they are governed from the first request on, not only once they come back. */
function survivors(table: ProcessTable, file: string): [string, Run][] {
  const saved = z.array(Run).parse(readJson(file) ?? []);
  const alive = saved.filter(({ session, rootStart }) => table.read(session.rootPid)?.startTime === rootStart);
  return alive.map((run) => [run.session.id, run]);
}

function keyOf(info: ProcessInfo): string {
  return `${info.pid}:${info.startTime}`;
}

function newSession(run: NewRun): AgentSession {
  const { agent, argv, cwd, rootPid, at } = run;
  const id = `run-${randomBytes(6).toString('hex')}`;
  return { id, agent, argv: [...argv], cwd, rootPid, startedAt: at, endedAt: null, state: 'active', actions: 0 };
}

/** A run that outlived the daemon goes on under its old id; an id that is still in use is not handed out again. */
function resumed(runs: ReadonlyMap<string, Run>, run: NewRun): AgentSession | undefined {
  if (run.resume === undefined || !/^run-[0-9a-f]{12}$/.test(run.resume)) return undefined;
  const known = runs.get(run.resume);
  return known === undefined ? { ...newSession(run), id: run.resume } : undefined;
}

function terminalBelonging(table: ProcessTable, info: ProcessInfo | undefined): Omit<Belonging, 'task'> {
  const session = info === undefined ? 'terminal-unknown' : `terminal-${terminalOf(table, info).replace(/\W/g, '-')}`;
  return { session, agent: 'terminal', governed: false, revoked: false };
}

function taskOf(table: ProcessTable, info: ProcessInfo | undefined): string {
  const parent = info === undefined ? undefined : table.read(info.parentPid);
  return parent === undefined ? 'gone' : keyOf(parent);
}

function change(runs: Map<string, Run>, id: string, edit: (session: AgentSession) => AgentSession): boolean {
  const run = runs.get(id);
  if (run === undefined) return false;
  run.session = edit(run.session);
  return true;
}

function remember<V>(known: Map<string, V>, key: string, value: V): void {
  if (known.has(key)) return;
  known.set(key, value);
  dropOldest(known, MAX_MEMBERS);
}

function dropOldest<V>(map: Map<string, V>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
