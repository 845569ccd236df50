/** `config.yaml`: what a person may set of the daemon. Nothing here can let anything through that would be asked about. */
import { z } from 'zod';

const MEGABYTE = 1024 * 1024;

/** How much the daemon's log holds. Errors cannot be turned off. */
export const LogLevel = z.enum(['error', 'warn', 'info', 'debug', 'trace']).meta({ id: 'LogLevel' });
export type LogLevel = z.infer<typeof LogLevel>;

/**
 * The whole file. Everything may be left out; an unknown key is an error. INVARIANT: no value can make a verdict milder:
 * the bounds below hold for every one of them.
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
