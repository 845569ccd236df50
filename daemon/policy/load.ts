/** Combines the policy files of every layer into the policy the engine judges with. */
import type { Band } from '../../protocol/assessment.ts';
import type { EffectKind } from '../../protocol/effect.ts';
import type { CompiledPolicy, CompiledRule } from '../engine/policy.ts';
import { compileFile, type IndexedRule } from './compile.ts';
import { parseCondition, type ParsedCondition } from './condition.ts';
import { policyDigest } from './digest.ts';
import { parsePolicyFile, type ParsedFile, type ParseOutcome } from './parse-file.ts';
import { LAYERS, type PolicyProblem, type PolicySource } from './schema.ts';

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

type Ceilings = CompiledPolicy['bandCeilings'];
type Quorum = CompiledPolicy['quorum'];
type File = { readonly source: PolicySource; readonly parsed: ParsedFile };

const CEILINGS: Ceilings = { low: 30, medium: 60, high: 80 };
const QUORUM: Quorum = { low: 1, medium: 1, high: 1, critical: 2 };

/** Pure, and never throws: any text is an answer of rules or problems. */
export function loadPolicies(sources: readonly PolicySource[], parser = PARSE_TEXT): LoadedPolicy {
  const problems: PolicyProblem[] = [];
  const files = byLayer(sources).flatMap((source) => {
    const outcome = parser.file(source);
    problems.push(...outcome.problems);
    return outcome.file === undefined ? [] : [{ source, parsed: outcome.file }];
  });
  for (const file of files) refuseWorkspaceSettings(file, problems);
  const rules = files.flatMap(({ source, parsed }) => compileFile(source, parsed, parser.condition, problems));
  reportRepeatedIds(files, problems);
  const bandCeilings = ceilingsOf(files);
  if (bandCeilings.low > bandCeilings.medium || bandCeilings.medium > bandCeilings.high) {
    problems.push({ file: files[0]?.source.file ?? '', line: 1, col: 1, message: 'the bands must not go down' });
  }
  const policy: CompiledPolicy = {
    digest: policyDigest(files.map(({ source, parsed }) => ({ layer: source.layer, content: parsed.content }))),
    rulesFor: indexByEffect(rules),
    bandCeilings,
    quorum: quorumOf(files),
  };
  return { policy, problems };
}

function byLayer(sources: readonly PolicySource[]): PolicySource[] {
  return sources.toSorted((a, b) => LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer));
}

function indexByEffect(rules: readonly IndexedRule[]): (kind: EffectKind) => readonly CompiledRule[] {
  const index = new Map<string, CompiledRule[]>();
  for (const { on, rule } of rules) {
    for (const kind of new Set(on)) index.set(kind, [...(index.get(kind) ?? []), rule]);
  }
  return (kind) => index.get(kind) ?? [];
}

/** Layers combine to the strictest: the lowest ceilings anyone asks for, the largest quorum. */
function ceilingsOf(files: readonly File[]): Ceilings {
  const lowest = (band: keyof Ceilings): number =>
    Math.min(CEILINGS[band], ...files.map(({ parsed }) => parsed.content.bands?.[band] ?? CEILINGS[band]));
  return { low: lowest('low'), medium: lowest('medium'), high: lowest('high') };
}

function quorumOf(files: readonly File[]): Quorum {
  const largest = (band: Band): number =>
    Math.max(QUORUM[band], ...files.map(({ parsed }) => parsed.content.quorum?.[band] ?? QUORUM[band]));
  return { low: largest('low'), medium: largest('medium'), high: largest('high'), critical: largest('critical') };
}

function refuseWorkspaceSettings({ source, parsed }: File, problems: PolicyProblem[]): void {
  if (source.layer !== 'workspace') return;
  for (const key of ['bands', 'quorum'] as const) {
    if (parsed.content[key] === undefined) continue;
    problems.push({ file: source.file, ...parsed.at([key]), message: `a workspace policy may not set \`${key}\`` });
  }
}

/** A finding names its rule by id, so an id may mean only one rule in all layers. */
function reportRepeatedIds(files: readonly File[], problems: PolicyProblem[]): void {
  const first = new Map<string, string>();
  for (const { source, parsed } of files) {
    for (const [index, { id }] of (parsed.content.rules ?? []).entries()) {
      const other = first.get(id);
      if (other === undefined) first.set(id, source.file);
      else
        problems.push({
          file: source.file,
          ...parsed.at(['rules', index, 'id']),
          message: `there is already a rule \`${id}\` in ${other}`,
        });
    }
  }
}
