/** Combines the policy files of every layer into the policy the engine judges with. */
import type { EffectKind } from '../../protocol/effect.ts';
import type { CompiledPolicy, CompiledRule } from '../engine/policy.ts';
import { combined, reportFallingBands, settingsOf, withNamed } from './bands.ts';
import type { IndexedRule } from './compile-parts.ts';
import { compileFile } from './compile.ts';
import { parseCondition, type ParsedCondition } from './condition.ts';
import { policyDigest } from './digest.ts';
import { loosened, type LooseningPart, type Withdrawn } from './loosening.ts';
import { holdsFor, unknownPolicyRule } from './named.ts';
import { parsePolicyFile, type ParsedFile, type ParseOutcome } from './parse-file.ts';
import { LAYERS, type PolicyFile, type PolicyProblem, type PolicySource } from './schema.ts';
import { ASKS_CIRCUMSTANCES } from './vocabulary.ts';

export type LoadedPolicy = {
  readonly policy: CompiledPolicy;
  /** Not empty: what is wrong was left out, so the policy is weaker than written and must not come into force. */
  readonly problems: readonly PolicyProblem[];
};

/** Where the parts of a policy come from: their texts, or what parsing them came to before. */
export type PolicyParser = {
  readonly file: (source: PolicySource) => ParseOutcome;
  readonly condition: (text: string) => ParsedCondition;
};

export const PARSE_TEXT: PolicyParser = { file: parsePolicyFile, condition: parseCondition };

type File = { readonly source: PolicySource; readonly parsed: ParsedFile };

/** Pure, and never throws: any text is an answer of rules or problems. */
export function loadPolicies(sources: readonly PolicySource[], parser = PARSE_TEXT): LoadedPolicy {
  const problems: PolicyProblem[] = [];
  const files = byLayer(sources).flatMap((source) => {
    const outcome = parser.file(source);
    problems.push(...outcome.problems);
    return outcome.file === undefined ? [] : [{ source, parsed: outcome.file }];
  });
  const named = files.map((file) => ({ ...file, holds: holdsFor(file.parsed.content) }));
  const compiled = named.map((file) => compileFile(file, parser.condition, file.holds, problems));
  reportRepeatedIds(files, problems);
  const general = named.filter(({ holds }) => holds === undefined).map(settingsOf);
  reportFallingBands(files, problems);
  const withdrawn = withdrawnBy(files);
  const parts = compiled.flatMap(({ loosening }) => loosening);
  const layered = compiled.flatMap(({ rules }, index) =>
    rules.map((rule) => ({ ...rule, builtIn: files[index]?.source.layer === 'built-in' })),
  );
  const names = new Set(files.flatMap(({ parsed }) => parsed.content.policy ?? []));
  const policy: CompiledPolicy = {
    digest: policyDigest(files.map(({ source, parsed }) => ({ layer: source.layer, content: parsed.content }))),
    rulesFor: indexByEffect(layered, parts, withdrawn),
    actionRules: [...compiled.flatMap(({ actionRules }) => actionRules), unknownPolicyRule(names)],
    limits: compiled.flatMap(({ limits }) => limits),
    wantsCircumstances: files.some(({ parsed }) => asksCircumstances(parsed.content)),
    ...combined(general, withdrawn),
  };
  return { policy: withNamed(policy, named, withdrawn), problems };
}

function byLayer(sources: readonly PolicySource[]): PolicySource[] {
  return sources.toSorted((a, b) => LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer));
}

type LayeredRule = IndexedRule & { readonly builtIn: boolean };

function indexByEffect(
  rules: readonly LayeredRule[],
  parts: readonly LooseningPart[],
  withdrawn: Withdrawn,
): (kind: EffectKind) => readonly CompiledRule[] {
  const index = new Map<string, CompiledRule[]>();
  for (const rule of rules) {
    for (const kind of new Set(rule.on)) {
      const mine = index.get(kind) ?? [];
      mine.push(rule.builtIn ? loosened(rule, kind, parts, withdrawn) : rule.rule);
      index.set(kind, mine);
    }
  }
  return (kind) => index.get(kind) ?? [];
}

function withdrawnBy(files: readonly File[]): Withdrawn {
  const all = files.flatMap(({ source, parsed }) => (source.layer === 'org' ? [parsed.content.withdraw ?? []] : []));
  return all.includes('all') ? 'all' : all.flat();
}

/** `match` and `if` anywhere in a file, by their words: one look-up too many costs little. */
export function asksCircumstances(content: PolicyFile): boolean {
  return ASKS_CIRCUMSTANCES.test(JSON.stringify(content)) || hasTimes(content);
}

function hasTimes({ rules = [], loosen = [], allow = [], limits = [] }: PolicyFile): boolean {
  return [...rules, ...loosen, ...allow, ...limits].some(
    ({ match }) => match?.days !== undefined || match?.hours !== undefined || match?.tiers !== undefined,
  );
}

/** A finding names its rule by id, so an id may mean only one rule in all layers. */
function reportRepeatedIds(files: readonly File[], problems: PolicyProblem[]): void {
  const first = new Map<string, string>();
  for (const { source, parsed } of files) {
    for (const { id, path } of idsOf(parsed.content)) {
      const other = first.get(id);
      if (other === undefined) first.set(id, source.file);
      else {
        const message = `there is already a rule \`${id}\` in ${other}`;
        problems.push({ file: source.file, ...parsed.at([...path, 'id']), message });
      }
    }
  }
}

function idsOf({ rules, loosen, allow, tools, sql, messages, limits }: PolicyFile) {
  const lists = { rules, loosen, allow, sql, messages, limits };
  const plain = Object.entries(lists).flatMap(([key, list]) =>
    (list ?? []).map(({ id }, index) => ({ id, path: [key, index] })),
  );
  const bounds = (tools?.arguments ?? []).map(({ id }, index) => ({ id, path: ['tools', 'arguments', index] }));
  return [...plain, ...bounds];
}
