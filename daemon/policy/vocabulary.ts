/** What a condition can see: the variables of CEL, their fields, and the values that stand for "not established". */
import type { CelInput, CelMap } from '@bufbuild/cel';

import { EFFECTS, EffectAttributes, type Effect } from '../../protocol/effect.ts';
import type { RuleSubject } from '../engine/policy.ts';
import { cel } from './cel.ts';

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
  recovery: 'unknown',
  location: 'unknown',
  environment: 'unknown',
  files: 0n,
  bytes: 0n,
  dirtyFiles: 0n,
  untrackedFiles: 0n,
  preciousFiles: [],
  defaultBranch: false,
  lostCommits: 0n,
  method: '',
  hasFilter: false,
  unknownProgram: false,
  piped: false,
  additive: false,
  byKey: false,
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
  action: ['kind', 'agent', 'cwd', 'tool', 'server'],
  session: ['known', 'secretsRead', 'denied'],
};

/** Lists, whose elements are reached through `exists`, `all`, `filter` or an index. */
export const LISTS: Readonly<Record<string, keyof typeof FIELDS>> = { targets: 'target', effects: 'effect' };

/** Words that may stand in a condition as the value of an enumeration. */
export const EFFECT_KINDS: readonly string[] = Object.keys(EFFECTS);

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

function makeBindings({ effect, operation, action, effects, session }: RuleSubject): Bindings {
  const targets = effect.targets.map(targetMap);
  return {
    effect: effectMap(effect),
    target: targets[0] ?? targetMap({ kind: 'unknown', name: '' }),
    targets: cel().celList(targets),
    operation: record({ ...operation }, FIELDS['operation']),
    action: record({ tool: '', server: '', ...action }, FIELDS['action']),
    session: record({
      known: session !== undefined,
      secretsRead: session?.secretsRead ?? [],
      denied: session?.denied.map(({ target }) => target) ?? [],
    }),
    effects: effectList(effects),
  };
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
  return Array.isArray(value) ? cel().celList(value.map(toCel)) : null;
}
