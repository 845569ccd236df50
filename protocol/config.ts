/** `config.yaml`: what a person may set of the daemon. Only `policy.preset` can let more through than the defaults do. */
import { z } from 'zod';

const MEGABYTE = 1024 * 1024;

/** How much the daemon's log holds. Errors cannot be turned off. */
export const LogLevel = z.enum(['error', 'warn', 'info', 'debug', 'trace']).meta({ id: 'LogLevel' });
export type LogLevel = z.infer<typeof LogLevel>;

/** How careful the built-in rules are as a whole. */
export const Preset = z.enum(['relaxed', 'balanced', 'strict']).meta({ id: 'Preset' });
export type Preset = z.infer<typeof Preset>;

/** Rules for particular trades, each a file of `policies/packs`. */
export const PolicyPack = z
  .enum([
    'data-protection',
    'databases',
    'email',
    'frontend',
    'infrastructure',
    'kubernetes',
    'payments',
    'supply-chain',
  ])
  .meta({ id: 'PolicyPack' });
export type PolicyPack = z.infer<typeof PolicyPack>;

/**
 * The whole file. Everything may be left out; an unknown key is an error. INVARIANT: no value but the preset can make a
 * verdict milder: the bounds below hold for every one of them.
 */
export const Config = z
  .strictObject({
    version: z.literal(1).default(1).describe('of this format'),
    log: z
      .strictObject({
        level: LogLevel.default('info').describe('how much `daemon.log` holds: `debug` has a line for each decision'),
      })
      .prefault({})
      .describe("the daemon's log"),
    limits: z
      .strictObject({
        pending: z.int().min(1).max(1_000).default(100).describe('actions that may wait for a human at a time; more are denied'),
        pendingPerSession: z.int().min(1).max(1_000).default(20).describe('the same for one agent run'),
      })
      .prefault({})
      .describe('what one machine and one agent may ask of you at a time'),
    approvals: z
      .strictObject({
        expirySeconds: z.int().min(10).max(3_600).default(300).describe('how long an action waits for an answer before it is denied once'),
      })
      .prefault({})
      .describe('questions to a human'),
    looking: z
      .strictObject({
        budgetMs: z.int().min(50).max(3_000).default(1_500).describe('how long one look at files and repositories may take; what is not known by then never lowers a score'),
      })
      .prefault({})
      .describe('facts a judgement is based on'),
    policy: z
      .strictObject({
        preset: Preset.default('balanced').describe('how careful the built-in rules are as a whole; `countersign policy preset` changes it'),
        packs: z.array(PolicyPack).max(PolicyPack.options.length).default([]).describe('packs of further rules that are switched on'),
        userTier: z.string().max(40).default('').describe('a name for what the person at this machine may do, for rules that ask for `user.tier`'),
      })
      .prefault({})
      .describe('which of the rules that come with Countersign hold'),
    retention: z
      .strictObject({
        payloadDays: z.int().min(1).max(36_500).nullable().default(null).describe('after how many days the contents of a trace are erased; the chain stays. `null`: never'),
        recordingsDays: z.int().min(1).max(36_500).nullable().default(null).describe('after how many days terminal recordings are erased. `null`: never'),
        maxBytes: z.int().min(64 * MEGABYTE).nullable().default(null).describe('how large the trace may grow before its oldest contents are erased. `null`: without limit'),
      })
      .prefault({})
      .describe('what is kept, and for how long'),
  })
  .meta({ id: 'Config' }); // prettier-ignore
export type Config = z.infer<typeof Config>;

/** What holds without a file. */
export const DEFAULT_CONFIG: Config = Config.parse({});

/** What holds of policies while nobody can tell what a file that does not load chose. */
export const STRICTEST_POLICY: Config['policy'] = { preset: 'strict', packs: [...PolicyPack.options], userTier: '' };
