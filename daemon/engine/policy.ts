/** What the engine needs of a policy. `daemon/policy` compiles one; the engine never reads YAML or CEL. */
import type { Action } from '../../protocol/action.ts';
import type { Band, Obligation, Verdict } from '../../protocol/assessment.ts';
import type { Effect, EffectKind, Operation } from '../../protocol/effect.ts';
import type { CircumstancesFact, SessionFact, WorkspacePolicyText } from '../../protocol/facts.ts';
import type { RegoVerdict } from '../../protocol/rego.ts';

/** What a rule sees: one effect in its surroundings. */
export type RuleSubject = {
  readonly effect: Effect;
  readonly operation: Operation;
  readonly action: Action;
  /** Every effect of the action, for rules about combinations. */
  readonly effects: readonly Effect[];
  readonly session: SessionFact | undefined;
  /** Only looked up for a policy that asks for it. */
  readonly circumstances?: CircumstancesFact | undefined;
};

export type CompiledModifier = {
  readonly id: string;
  readonly points: number;
  readonly reason: (subject: RuleSubject) => string;
  /** A condition that cannot be evaluated counts as matching when its points are positive, else as not matching. */
  readonly matches: (subject: RuleSubject) => boolean;
  /** A person took these points off a rule that is not theirs. */
  readonly loosens?: boolean;
};

/** Lets pass what a rule would hold, and takes away a verdict that is not forced. */
export type CompiledAllowance = {
  readonly id: string;
  /** The points that are left at most. */
  readonly lowersTo: number;
  readonly reason: (subject: RuleSubject) => string;
  /** INVARIANT: false when it cannot be evaluated. */
  readonly matches: (subject: RuleSubject) => boolean;
};

export type CompiledRule = {
  readonly id: string;
  readonly points: number;
  /** Forces a verdict instead of leaving it to the score. */
  readonly verdict: Exclude<Verdict, 'allow'> | undefined;
  /** Holds in observe mode and in a pause. */
  readonly forced: boolean;
  readonly matches: (subject: RuleSubject) => boolean;
  readonly reason: (subject: RuleSubject) => string;
  readonly modifiers: readonly CompiledModifier[];
  /** The first one that matches counts. */
  readonly allowances?: readonly CompiledAllowance[];
  /** What it matches and what is let through is to be looked at afterwards. */
  readonly review?: boolean;
  readonly obligations: readonly Obligation[];
  readonly rewrite: ((subject: RuleSubject) => readonly string[] | undefined) | undefined;
};

/** A policy in Rego beside the rules. It is asked outside the engine; its answer is a fact. */
export type RegoSource = {
  /** Of the bundle or the server, and of how it is asked. */
  readonly digest: string;
  /** What becomes of an action of which it says nothing. */
  readonly onFailure: RegoVerdict;
};

/** A declared limit; whoever counts actions and money enforces it. */
export type CompiledLimit = {
  readonly id: string;
  readonly per: 'minute' | 'hour' | 'day' | 'session';
  readonly by: 'agent' | 'session' | 'everyone';
  readonly actions: number | undefined;
  readonly costUsd: number | undefined;
  readonly verdict: 'deny' | 'escalate';
  readonly reason: string;
  /** Whether this effect is counted. */
  readonly counts: (subject: RuleSubject) => boolean;
};

/** A policy ready to judge with; immutable. */
export type CompiledPolicy = {
  /** SHA-256 (hex) over the canonical form of every file in force. */
  readonly digest: string;
  /** Rules that can match an effect of this kind, in the order of their files. */
  readonly rulesFor: (kind: EffectKind) => readonly CompiledRule[];
  /** Rules about the action as a whole; each speaks once. */
  readonly actionRules?: readonly CompiledRule[];
  readonly limits?: readonly CompiledLimit[];
  /** Some rule asks for the time, the tier of the user or what was spent. */
  readonly wantsCircumstances?: boolean;
  /** The policy that holds where a named one joins in; absent when none does. */
  readonly forCase?: (action: Action, effects: readonly Effect[]) => CompiledPolicy;
  /** The highest score of each band below `critical`; ascending. */
  readonly bandCeilings: Readonly<Record<Exclude<Band, 'critical'>, number>>;
  /** Distinct humans wanted by band. */
  readonly quorum: Readonly<Record<Band, number>>;
  readonly rego?: RegoSource;
  /** The policy that holds in a workspace with these files; absent where nobody looks for any. */
  readonly inWorkspace?: (files: readonly WorkspacePolicyText[], problems: readonly string[]) => CompiledPolicy;
};
