/** What a condition can see: the variables of CEL, their fields, and the values that stand for "not established". */
import type { CelInput, CelMap } from '@bufbuild/cel';

import { EffectAttributes, type Effect } from '../../protocol/effect.ts';
import type { SessionFact } from '../../protocol/facts.ts';
import type { RuleSubject } from '../engine/policy.ts';
import { cel } from './cel.ts';
import { personalData } from './personal-data.ts';

type Scalar = string | bigint | boolean;

/**
 * What an absent attribute reads as, so that conditions never trip over it. Absent is not "no": a condition that
 * lowers a score must ask for the value it wants (`effect.recovery == "committed"`, `"files" in effect.known`).
 */
export const ABSENT: Record<keyof EffectAttributes, Scalar | readonly string[]> = {
  recursive: false,
  force: false,
  bulk: false,
  remote: false,
  privileged: false,
  dryRun: false,
  overwrite: false,
  emptied: false,
  replaced: false,
  edited: false,
  recovery: 'unknown',
  restorable: false,
  location: 'unknown',
  environment: 'unknown',
  files: 0n,
  bytes: 0n,
  dirtyFiles: 0n,
  oneCommitted: false,
  untrackedFiles: 0n,
  preciousFiles: [],
  mounts: [],
  share: false,
  owners: [],
  lostNames: [],
  defaultBranch: false,
  lostCommits: 0n,
  madeHere: false,
  method: '',
  hasFilter: false,
  byKey: false,
  unknownProgram: false,
  fresh: false,
  disposable: false,
  downloaded: false,
  stranger: false,
  piped: false,
  additive: false,
  count: 0n,
  amount: 0n,
  currency: '',
  hourlyCost: 0n,
};

/** Fields of each variable; the linter of conditions knows no others. */
export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  effect: ['kind', 'known', ...Object.keys(ABSENT)],
  target: ['kind', 'name', 'dynamic'],
  operation: ['program', 'argv', 'cwd', 'via', 'dynamic'],
  action: ['kind', 'agent', 'cwd', 'tool', 'server', 'policy'],
  session: ['known', 'secretsRead', 'denied', 'messaged', 'fetched', 'downloaded'],
  now: ['known', 'weekday', 'hour', 'minute'],
  user: ['known', 'tier'],
  spend: ['known', 'usd'],
  data: ['personal'],
};

/** Variables whose fields nobody knows beforehand: the arguments of a tool. */
export const OPEN: readonly string[] = ['args'];

/** Lists, whose elements are reached through `exists`, `all`, `filter` or an index. */
export const LISTS: Readonly<Record<string, keyof typeof FIELDS>> = { targets: 'target', effects: 'effect' };

export const VARIABLES: readonly string[] = [...Object.keys(FIELDS), ...Object.keys(LISTS), ...OPEN];

/** Conditions that hold these words ask what the engine only looks up when somebody does. */
export const ASKS_CIRCUMSTANCES = /\b(?:now|user|spend)\s*\./u;

export type Bindings = Readonly<Record<string, CelInput>>;

const bindingsOf = new WeakMap<RuleSubject, Bindings>();
const effectsOf = new WeakMap<readonly Effect[], CelInput>();

/** The variables of one subject, converted once for all the rules that look at it. */
export function bindings(subject: RuleSubject): Bindings {
  const known = bindingsOf.get(subject);
  if (known !== undefined) return known;
  const made = makeBindings(subject);
  bindingsOf.set(subject, made);
  return made;
}

function makeBindings({ effect, operation, action, effects, session, circumstances }: RuleSubject): Bindings {
  const targets = effect.targets.map(targetMap);
  return {
    effect: effectMap(effect),
    target: targets[0] ?? targetMap({ kind: 'unknown', name: '' }),
    targets: cel().celList(targets),
    operation: record({ ...operation }, FIELDS['operation']),
    action: record({ tool: '', server: '', policy: '', ...action }, FIELDS['action']),
    // Large, and few conditions ask for them.
    get args() {
      return toCel('args' in action ? action.args : {});
    },
    get data() {
      return record({ personal: personalData(action) });
    },
    now: record({
      known: circumstances !== undefined,
      weekday: circumstances?.weekday ?? 'unknown',
      hour: Math.floor((circumstances?.halfHour ?? 0) / 2),
      minute: ((circumstances?.halfHour ?? 0) % 2) * 30,
    }),
    user: record({ known: circumstances !== undefined, tier: circumstances?.userTier ?? '' }),
    spend: record({ known: circumstances?.spentUsd !== undefined, usd: circumstances?.spentUsd ?? 0 }),
    session: sessionMap(session),
    effects: effectList(effects),
  };
}

function sessionMap(session: SessionFact | undefined): CelMap {
  return record({
    known: isWholeHistory(session),
    secretsRead: session?.secretsRead ?? [],
    denied: session?.denied.map(({ target }) => target) ?? [],
    messaged: session?.messaged ?? [],
    fetched: session?.fetched ?? [],
    downloaded: session?.downloaded ?? [],
  });
}

/** What an earlier daemon learned of a session and this one cannot tell is not known. */
export function isWholeHistory(session: SessionFact | undefined): boolean {
  return session !== undefined && session.partial !== true;
}

function effectList(effects: readonly Effect[]): CelInput {
  const known = effectsOf.get(effects);
  if (known !== undefined) return known;
  const made = cel().celList(effects.map(effectMap));
  effectsOf.set(effects, made);
  return made;
}

function effectMap(effect: Effect): CelMap {
  const { kind, attributes } = effect;
  return record({ ...ABSENT, ...attributes, kind, known: Object.keys(attributes) });
}

function targetMap({ kind, name, dynamic }: { kind: string; name: string; dynamic?: boolean | undefined }): CelMap {
  return record({ kind, name, dynamic: dynamic ?? false });
}

function record(values: Readonly<Record<string, unknown>>, keys: readonly string[] = Object.keys(values)): CelMap {
  return cel().celMap(new Map(keys.map((key) => [key, toCel(values[key])])));
}

/** Integers become CEL ints: `1 + effect.files` would otherwise mix an int with a double and fail. */
function toCel(value: unknown): CelInput {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return cel().celList(value.map(toCel));
  return typeof value === 'object' && value !== null ? record({ ...value }) : null;
}
