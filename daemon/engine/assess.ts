/** The whole judgement of one action from recorded facts: understand, catalog, measure, judge. */
import type { Action } from '../../protocol/action.ts';
import type { Assessment, Finding } from '../../protocol/assessment.ts';
import type { Effect, Operation } from '../../protocol/effect.ts';
import type { CircumstancesFact, FactNeed, SessionFact } from '../../protocol/facts.ts';
import { aliasesOf } from './aliases.ts';
import { carefulLookup } from './belief.ts';
import { effectsOf } from './catalog/effects-of.ts';
import { withOwnFiles } from './own-files.ts';
import { movesRefs, uncounted } from './catalog/git-branches.ts';
import { throughSearch } from './catalog/found.ts';
import { linksMadeBy, throughLinks } from './catalog/links.ts';
import { isDestructive } from './denials.ts';
import { runsFile, withDownloads } from './downloads.ts';
import { downloadsBefore } from './fetched/fetched.ts';
import { withParked } from './earlier/parked.ts';
import { inOrder, type Begin } from './earlier/steps.ts';
import { judge, plainOperation } from './judge.ts';
import { createLookup, type Facts } from './lookup.ts';
import { measure, numbered } from './measure.ts';
import { workspaceSelectedBy } from './measure-workspace.ts';
import { withOpinion } from './opinion.ts';
import type { CompiledPolicy } from './policy.ts';
import { withStrangers } from './strangers.ts';
import type { EffectDraft, Lookup, ParsedOperation, Parsers, Word } from './types.ts';
import { understand } from './understand/understand.ts';
import { policyAround } from './workspace-policies.ts';

export type AssessResult =
  | {
      readonly kind: 'assessed';
      readonly assessment: Assessment;
      /** Keys of the facts that were used. */
      readonly used: readonly string[];
    }
  | { readonly kind: 'needs'; readonly needs: readonly FactNeed[]; readonly about?: Understanding };

/** What an action does, for a policy that is asked about it elsewhere. */
export type Understanding = { readonly operations: readonly Operation[]; readonly effects: readonly Effect[] };

export type AssessOptions = {
  /** No more looking: what is not among the facts counts as unknown and is named in the assessment. */
  readonly final?: boolean;
};

type Understood = {
  readonly operations: readonly ParsedOperation[];
  readonly effects: readonly Effect[];
  /** What earlier steps changed for later ones. */
  readonly notes: readonly Finding[];
  /** The world of each operation. */
  readonly lookups: readonly Lookup[];
};

/** INVARIANT: pure. The same action, facts and policy give the same bytes. */
export function assess(
  action: Action,
  facts: Facts,
  general: CompiledPolicy,
  parsers: Parsers,
  options: AssessOptions = {},
): AssessResult {
  const recorded = createLookup(facts);
  const lookup = carefulLookup(action, options.final === true ? finalLookup(recorded) : recorded);
  const { operations, effects, notes, lookups } = understood(action, lookup, parsers);
  const policy = effects.length === 0 ? general : policyAround(action, operations, general, lookup, facts);
  const wants = (effect: Effect): boolean => wantsSession(effect) || runsFile(effect, operations[effect.operation]);
  const session = effects.some(wants) ? sessionOf(action, lookup) : undefined;
  const started = effects
    .map((effect) => withDownloads(effect, operations[effect.operation], session, lookup))
    .map((effect) => withStrangers(effect, action, session, lookup));
  const circumstances = policy.wantsCircumstances === true ? circumstancesOf(action, lookup) : undefined;
  if (options.final !== true && recorded.needs.size > 0) return { kind: 'needs', needs: [...recorded.needs.values()] };
  const answer = policy.rego && recorded.ask<'rego'>({ kind: 'rego', policy: policy.rego.digest });
  if (options.final !== true && answer?.kind === 'missing') {
    const about = { operations: operations.map(plainOperation), effects };
    return { kind: 'needs', needs: [...recorded.needs.values()], about };
  }
  const unseen = [...recorded.needs.values()].map((need) => `${need.kind}: not looked at`);
  const unknowns = new Set([...recorded.unknowns.values(), ...lookup.doubts, ...unseen]);
  const aliases = (effect: Effect): string[] => aliasesOf(effect, operations[effect.operation], facts);
  const judgedEffects = started.map((effect) => withOwnFiles(effect, session, lookups[effect.operation] ?? lookup));
  const assessment = judge(
    { action, operations, effects: judgedEffects, session, circumstances, unknowns: [...unknowns], notes, aliases },
    policy,
  );
  const judged =
    answer === undefined ? assessment : withOpinion(assessment, answer, policy.forCase?.(action, effects) ?? policy);
  return { kind: 'assessed', assessment: judged, used: [...recorded.used].toSorted() };
}

function finalLookup(recorded: Lookup): Lookup {
  return {
    ask: (need) => {
      const answer = recorded.ask(need);
      return answer.kind === 'missing' ? { kind: 'unknown', reason: 'not looked at', failed: true } : answer;
    },
  };
}

/** Whatever goes wrong while understanding hostile input makes it opaque, never harmless and never a crash. */
function understood(action: Action, lookup: Lookup, parsers: Parsers): Understood {
  try {
    const understanding = understand(action, lookup);
    const { effects, notes, lookups } = inOrder(
      understanding,
      withParked(lookup, () => sessionOf(action, lookup)?.parked ?? []),
      () => stepsOf(action, lookup, parsers),
    );
    return {
      operations: understanding.operations,
      effects: effects.flatMap((drafts, index) => numbered(drafts, index)),
      notes,
      lookups,
    };
  } catch {
    return opaque(action);
  }
}

/** Links, workspaces and downloads of the steps before count for the ones after them. */
function stepsOf(action: Action, start: Lookup, parsers: Parsers): Begin {
  const links = new Map<string, string>();
  const workspaces = new Map<string, Word>();
  let refsMoved = false;
  const fetched = downloadsBefore(action.cwd, start, () => sessionOf(action, start)?.downloaded);
  return (operation, lookup, selected) => {
    const drafts = [...operation.ownEffects, ...effectsOf(operation, { action, lookup, parsers, links, selected })];
    const through = drafts.map((draft) => throughLinks(refsMoved ? uncounted(draft) : draft, links));
    refsMoved ||= movesRefs(operation, drafts);
    for (const [link, to] of linksMadeBy(operation)) links.set(link, to);
    for (const [folder, name] of workspaceSelectedBy(operation)) workspaces.set(folder, name);
    const measured = (draft: EffectDraft, world: Lookup): readonly EffectDraft[] =>
      throughSearch(draft, operation).flatMap((found) => measure(found, operation, world, workspaces));
    return { drafts: through, measured, more: fetched.effectsOf(operation, drafts) };
  };
}

function opaque(action: Action): Understood {
  const argv = action.kind === 'exec' ? action.argv : [nameOf(action)];
  const operation: ParsedOperation = {
    program: argv[0]?.split('/').at(-1) ?? '?',
    argv,
    cwd: action.cwd,
    via: [],
    dynamic: true,
    words: argv.map((text) => ({ text, dynamic: false, glob: false })),
    redirects: [],
    stdin: { kind: 'inherited', stdin: 'unknown' },
    env: {},
    privileged: false,
    remote: undefined,
    ownEffects: [],
  };
  return {
    operations: [operation],
    effects: [{ kind: 'code.opaque', targets: [], attributes: {}, operation: 0 }],
    notes: [],
    lookups: [],
  };
}

function nameOf(action: Exclude<Action, { kind: 'exec' }>): string {
  return action.kind === 'tool' || action.kind === 'mcp' ? `tool:${action.tool}` : action.kind;
}

/** Data leaving the machine is judged by what the session read before; destruction by what was denied before. */
function wantsSession(effect: Effect): boolean {
  return isDestructive(effect) || OUTGOING.has(effect.kind);
}

const OUTGOING: ReadonlySet<string> = new Set(['net.upload', 'net.send', 'message.send']);

function sessionOf(action: Action, lookup: Lookup): SessionFact | undefined {
  const answer = lookup.ask<'session'>({ kind: 'session', session: action.session });
  return answer.kind === 'known' ? answer.data : undefined;
}

function circumstancesOf(action: Action, lookup: Lookup): CircumstancesFact | undefined {
  const answer = lookup.ask<'circumstances'>({ kind: 'circumstances', session: action.session });
  return answer.kind === 'known' ? answer.data : undefined;
}
