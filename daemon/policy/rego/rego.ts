/** The Rego policy in force: asked about every action, followed while it is edited; the last good one stays. */
import type { RegoSettings } from '../../../protocol/config.ts';
import type { FactNeed, FactRecord, FactValue } from '../../../protocol/facts.ts';
import type { RegoFact } from '../../../protocol/rego.ts';
import { canonicalText } from '../../canonical.ts';
import type { CompiledPolicy, RegoSource } from '../../engine/policy.ts';
import { NoAnswer, readAnswer } from './answer.ts';
import { openEvaluator, type Evaluator } from './evaluator.ts';
import { regoInput, type RegoQuestion } from './input.ts';
import { openServer } from './server.ts';
import { FOLDER_SHELF, placeOf, sha256, sourceOf, type BundleShelf, type RegoPlace } from './settings.ts';
import { withRego } from './with-rego.ts';

export type RegoAsker = {
  /** Never rejects: no answer is an unknown fact, which the engine takes for the strict way to fail. */
  answer(needs: readonly FactNeed[], question: Omit<RegoQuestion, 'at'>): Promise<readonly FactRecord[]>;
};

export type Rego = RegoAsker & {
  /** The rules together with what is in force here. */
  over(policy: CompiledPolicy): CompiledPolicy;
  /** Why what is configured is not what is in force. */
  problems(): readonly string[];
  /** Looks for an edit of the settings or the bundle, and tells whether something changed since it was last asked. */
  follow(): boolean;
  close(): Promise<void>;
};

export type RegoOptions = {
  readonly settings: () => RegoSettings;
  /** Where bundles lie. */
  readonly folder: string;
  readonly shelf?: BundleShelf;
  readonly wallMs: () => number;
};

/** A policy that is asked, or one that cannot be and stands for the strict way to fail. */
type InForce = {
  readonly source: RegoSource;
  readonly path: string;
  readonly evaluator: Evaluator | { readonly failed: string };
};
type Loaded = { readonly inForce: InForce | undefined; readonly problem?: string };

/** Resolves once the policy is loaded, or has turned out not to load. */
export async function openRego({ settings, folder, wallMs, shelf = FOLDER_SHELF }: RegoOptions): Promise<Rego> {
  let known = stateOf(settings());
  let edited = followerOf(settings(), folder, shelf);
  let current = await load(settings(), folder, undefined, shelf);
  let next: Loaded | undefined;
  let loading: Promise<void> = Promise.resolve();
  let joined:
    { readonly rules: CompiledPolicy; readonly source: RegoSource; readonly both: CompiledPolicy } | undefined;

  const loadNext = async (): Promise<void> => {
    const before = next ?? current;
    next = await load(settings(), folder, before.inForce, shelf);
    if (before !== current && before.inForce !== next.inForce) await closing(before.inForce);
  };
  /** What is loaded comes into force between two looks, so that whoever follows can say what was before. */
  const takeNext = (): boolean => {
    if (next === undefined) return false;
    const before = current;
    current = next;
    next = undefined;
    if (before.inForce !== current.inForce) void closing(before.inForce);
    return before.inForce !== current.inForce || before.problem !== current.problem;
  };

  return {
    over(rules) {
      const source = current.inForce?.source;
      if (source === undefined) return rules;
      if (joined?.rules !== rules || joined.source !== source)
        joined = { rules, source, both: withRego(rules, source) };
      return joined.both;
    },
    problems: () => (current.problem === undefined ? [] : [current.problem]),
    async answer(needs, question) {
      const asked = current.inForce;
      const at = wallMs();
      return Promise.all(needs.map(async (need) => ({ need, value: await valueOf(need, asked, { ...question, at }) })));
    },
    follow() {
      const now = stateOf(settings());
      const reset = now !== known;
      if (reset) edited = followerOf(settings(), folder, shelf);
      known = now;
      if (reset || edited()) loading = loading.then(loadNext);
      return takeNext();
    },
    async close() {
      await loading;
      for (const loaded of [current, next]) await closing(loaded?.inForce);
    },
  };
}

/** Never rejects. INVARIANT: with nothing good to stay, a policy that was asked for is one that never answers. */
async function load(
  settings: RegoSettings,
  folder: string,
  before: InForce | undefined,
  shelf: BundleShelf,
): Promise<Loaded> {
  const place = placeOf(settings, folder);
  if (place === undefined) return { inForce: undefined };
  try {
    return { inForce: await opened(settings, place, shelf) };
  } catch (error) {
    const where = place.kind === 'bundle' ? place.file : place.url;
    const why = error instanceof Error ? error.message : String(error);
    const problem = `the Rego policy \`${where}\` cannot be used: ${why}`;
    const silent = { source: sourceOf(settings, place), path: settings.path, evaluator: { failed: why } };
    return { inForce: before ?? silent, problem };
  }
}

async function closing(inForce: InForce | undefined): Promise<void> {
  if (inForce !== undefined && !('failed' in inForce.evaluator)) await inForce.evaluator.close();
}

function stateOf(settings: RegoSettings): string {
  return JSON.stringify(settings);
}

function followerOf(settings: RegoSettings, folder: string, shelf: BundleShelf): () => boolean {
  const place = placeOf(settings, folder);
  return place?.kind === 'bundle' ? shelf.follow(place.file) : () => false;
}

async function opened(settings: RegoSettings, place: RegoPlace, shelf: BundleShelf): Promise<InForce> {
  const { path, timeoutMs } = settings;
  if (place.kind === 'server') {
    return { source: sourceOf(settings, place), path, evaluator: openServer(place.url, path, timeoutMs) };
  }
  const bundle = shelf.read(place.file);
  return {
    source: sourceOf(settings, place, bundle),
    path,
    evaluator: await openEvaluator({ bundle, path }, timeoutMs),
  };
}

async function valueOf(need: FactNeed, asked: InForce | undefined, question: RegoQuestion): Promise<FactValue> {
  // Whoever judges began with another policy than is in force by now.
  if (need.kind !== 'rego' || asked?.source.digest !== need.policy) return unknown('it was replaced meanwhile');
  if ('failed' in asked.evaluator) return unknown(`it could not be loaded (${asked.evaluator.failed})`);
  try {
    return { known: true, data: await factOf(asked.evaluator, asked.path, question) };
  } catch (error) {
    const known = error instanceof NoAnswer ? error : new NoAnswer(`it failed: ${String(error)}`);
    return unknown(known.message);
  }
}

async function factOf(evaluator: Evaluator, path: string, question: RegoQuestion): Promise<RegoFact> {
  const input = regoInput(question);
  const { document, revision } = await evaluator.evaluate(input);
  return {
    kind: 'rego',
    at: question.at,
    inputDigest: sha256(canonicalText(input)),
    ...readAnswer(document, path),
    ...(revision === undefined ? {} : { revision }),
  };
}

function unknown(reason: string): FactValue {
  return { known: false, reason };
}
