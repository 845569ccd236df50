/** A looker over temporary folders, with a budget that a busy machine does not exhaust. */
import { afterAll, onTestFinished } from 'vitest';
import { createFactLooker, type FactLooker, type LookerOptions } from '../../../daemon/facts/looker.ts';
import type { FactData, FactNeed, FactValue } from '../../../protocol/facts.ts';

const GENEROUS_MS = 20_000;

export function testLooker(options: Partial<LookerOptions> = {}): FactLooker {
  const looker = newLooker(options);
  onTestFinished(() => looker.close());
  return looker;
}

/** One for all tests of a file: starting a worker is what takes most of their time. */
export function sharedLooker(): FactLooker {
  const looker = newLooker({});
  afterAll(() => looker.close());
  return looker;
}

function newLooker(options: Partial<LookerOptions>): FactLooker {
  return createFactLooker({
    guardPaths: [],
    homedir: '/nonexistent/home',
    tempDirs: [],
    budgetMs: GENEROUS_MS,
    session: () => ({ kind: 'session', denied: [], secretsRead: [] }),
    ...options,
  });
}

export async function valueOf(need: FactNeed, looker = testLooker()): Promise<FactValue> {
  const [record] = await looker.look([need]);
  if (record === undefined) throw new Error('no record came back');
  return record.value;
}

type Known<K extends FactNeed['kind']> = Extract<FactData, { kind: K }>;

/** The data of a known answer; an unknown one fails the test with its reason. */
export async function known<K extends FactNeed['kind']>(
  need: Extract<FactNeed, { kind: K }>,
  looker?: FactLooker,
): Promise<Known<K>> {
  const value = await valueOf(need, looker);
  if (!value.known) throw new Error(`unknown: ${value.reason}`);
  // The looker promises that an answer has the kind of its need; a test of its own proves it.
  return value.data as Known<K>;
}
