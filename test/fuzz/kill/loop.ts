/** Kills daemons under load until there were enough of it. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { runClient, type Acknowledged } from './clients.ts';
import { inspectDenials, inspectFiles, inspectTrace } from './inspect.ts';
import { randomFrom, type Random } from './random.ts';
import { victimIn, type Victim } from './victim.ts';

export type KillLoopOptions = {
  readonly kills: number;
  readonly homes: number;
  readonly seed: number;
  readonly say?: (line: string) => void;
};

export type KillLoopResult = {
  readonly kills: number;
  readonly acknowledged: number;
  readonly problems: readonly string[];
  readonly seconds: number;
};

const CLIENTS = 8;
/** A kill comes after up to so many acknowledged decisions, which is a few group commits and now and then a checkpoint… */
const MOST_TOLD = 40;
/** …and some moment later, wherever the daemon is by then. */
const LONGEST_MS = 40;
/** On a machine that is too busy to answer the kill comes all the same. */
const PATIENCE_MS = 10_000;
/** One kill in so many falls into the start. */
const START_KILL_IN = 8;
/** A start takes about as long. */
const LONGEST_START_MS = 400;
/** A broken connection is noticed at once; a client that still waits then would wait for ever. */
const HANGING_MS = 10_000;
/** Verifying all of a growing trace after every kill would take more time than the kills. */
const VERIFY_EVERY = 10;
/** What one session was denied is bounded; the newest is remembered. */
const DENIALS_CHECKED = 10;

export async function killLoop({
  kills,
  homes,
  seed,
  say = () => undefined,
}: KillLoopOptions): Promise<KillLoopResult> {
  const startedAt = performance.now();
  const lanes = Array.from({ length: Math.min(homes, kills) }, (_, lane) => {
    const share = Math.floor(kills / homes) + (lane < kills % homes ? 1 : 0);
    return runLane(lane, Math.max(share, 1), randomFrom(seed + lane), say);
  });
  const results = await Promise.all(lanes);
  return {
    kills: results.reduce((sum, result) => sum + result.kills, 0),
    acknowledged: results.reduce((sum, result) => sum + result.acknowledged, 0),
    problems: results.flatMap((result) => result.problems),
    seconds: (performance.now() - startedAt) / 1000,
  };
}

type Lane = { kills: number; acknowledged: number; readonly problems: string[] };

async function runLane(lane: number, kills: number, random: Random, say: (line: string) => void): Promise<Lane> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'cs-kill-')));
  const victim = victimIn(home);
  const result: Lane = { kills: 0, acknowledged: 0, problems: [] };
  let fresh: Acknowledged[] = [];
  const all: Acknowledged[] = [];
  let counter = 0;
  const name = (): string => `n${lane}-${++counter}`;
  const denied: (readonly string[])[] = [];
  const inspect = async (): Promise<void> => {
    result.problems.push(...(await inspectTrace(victim, fresh)));
    result.problems.push(...(await inspectDenials(victim, denied.slice(-DENIALS_CHECKED))));
    all.push(...fresh);
    fresh = [];
  };
  try {
    while (result.kills < kills && result.problems.length === 0) {
      victim.launch();
      const duringStart = result.kills > 0 && random.below(START_KILL_IN) === 0;
      if (duringStart) await sleep(random.below(LONGEST_START_MS));
      else if (await victim.ready()) {
        await inspect();
        fresh = await loadAndKill(victim, random, name, result.problems);
        denied.push(
          ...fresh.filter(({ verdict, argv }) => verdict === 'deny' && argv[0] !== 'rm').map(({ argv }) => argv),
        );
        result.acknowledged += fresh.length;
      }
      await victim.kill();
      result.kills += 1;
      if (result.kills % VERIFY_EVERY === 0) result.problems.push(...(await inspectFiles(victim)));
      if (result.kills % 25 === 0) say(`home ${lane}: ${result.kills} kills, ${result.acknowledged} acknowledged`);
    }
    victim.launch();
    await victim.ready();
    await inspect();
    result.problems.push(...(await inspectTrace(victim, all)));
    if ((await victim.stop()) !== 0) result.problems.push('the last stop was not graceful');
    result.problems.push(...(await inspectFiles(victim)));
  } catch (error) {
    result.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await victim.kill();
  }
  if (result.acknowledged === 0) result.problems.push('nothing was acknowledged: the loop showed nothing');
  if (result.problems.length === 0) rmSync(home, { recursive: true, force: true });
  else say(`home ${lane}: kept in ${home}`);
  return result;
}

/** What the clients were told until the daemon was gone. */
async function loadAndKill(
  victim: Victim,
  random: Random,
  name: () => string,
  problems: string[],
): Promise<Acknowledged[]> {
  const told: Acknowledged[] = [];
  let gone = false;
  const clients = Promise.all(
    Array.from({ length: CLIENTS }, () =>
      runClient(
        victim,
        random,
        name,
        (one) => void told.push(one),
        () => gone,
      ),
    ),
  );
  const enough = random.below(MOST_TOLD);
  for (const until = Date.now() + PATIENCE_MS; told.length < enough && Date.now() < until;) await sleep(1);
  await sleep(random.below(LONGEST_MS));
  gone = true;
  await victim.kill();
  const hanging = await Promise.race([clients.then(() => false), sleep(HANGING_MS, true, { ref: false })]);
  if (hanging) problems.push('a client waits for ever for a daemon that was killed');
  return told;
}
