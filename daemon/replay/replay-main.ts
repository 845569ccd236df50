/** `replay-main.ts < REQUEST`: replays a trace and prints a line of JSON for each action, the summary last. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import type { ReplayLine } from '../../protocol/replay.ts';
import { loadSqlParsers } from '../engine/sql/load.ts';
import type { CompiledPolicy } from '../engine/policy.ts';
import { loadPolicies } from '../policy/load.ts';
import { withRego } from '../policy/rego/with-rego.ts';
import { overWorkspaces } from '../policy/workspace.ts';
import { openForReading } from '../trace/database.ts';
import { replay } from './replay.ts';
import { ReplayRequest } from './request.ts';

async function run(request: ReplayRequest): Promise<void> {
  const { traceDb, selection, whole } = request;
  if (!existsSync(traceDb)) return problem('there is no trace', 'start the daemon with `countersign up`');
  const policy = policyOf(request);
  if (typeof policy === 'string') return problem(policy, 'run `countersign policy check`');
  const parsers = await loadSqlParsers();
  const db = openForReading(traceDb);
  try {
    const actions = replay({ db, selection, policy, parsers, whole });
    let next = actions.next();
    for (; next.done !== true; next = actions.next()) await say({ action: next.value });
    await say({ summary: next.value });
  } finally {
    db.close();
  }
}

/** A policy only when all of it loads: half of one would seem looser than it is. */
function policyOf({ sources, rego }: ReplayRequest): CompiledPolicy | string {
  const { policy, problems } = loadPolicies(sources);
  const [first] = problems;
  return first === undefined
    ? overWorkspaces(withRego(policy, rego))
    : `${first.file}:${first.line}:${first.col}: ${first.message}`;
}

async function problem(words: string, hint: string): Promise<void> {
  process.exitCode = 1;
  await say({ problem: words, hint });
}

/** Whoever reads slowly is waited for, so that a long replay takes no more memory than a short one. */
async function say(line: ReplayLine): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
}

async function main(): Promise<void> {
  try {
    await run(ReplayRequest.parse(JSON.parse(await text(process.stdin))));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    await problem(`the trace cannot be replayed: ${words}`, 'run `countersign trace verify`');
  }
}

void main();
