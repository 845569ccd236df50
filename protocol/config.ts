/** `config.yaml`: what a person may set of the daemon. Only `policy.preset` can let more through than the defaults do. */
import { z } from 'zod';

import { RegoVerdict } from './rego.ts';

const MEGABYTE = 1024 * 1024;
const GIGABYTE = 1024 * MEGABYTE;

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
    'safer-forms',
    'supply-chain',
  ])
  .meta({ id: 'PolicyPack' });
export type PolicyPack = z.infer<typeof PolicyPack>;

const ServerName = z.string().regex(/^[\w.-]{1,64}$/, 'may hold letters, digits and `_` `.` `-`');

/** What is sent there tells what agents do; nobody on the way may read it. */
function isPrivateUrl(text: string): boolean {
  return (
    /^https:\/\/[^/\s]/i.test(text) || /^http:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:\/|$)/i.test(text)
  );
}

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
    rego: z
      .strictObject({
        bundle: z.string().max(200).regex(/^[^./][^/]*$/u, 'must be the name of a file in the folder of policies').nullable().default(null).describe('a file in the folder of policies, as `countersign policy build` writes it. It adds findings and makes verdicts stricter, never milder. `null`: none'),
        url: z.string().max(2_048).refine(isPrivateUrl, 'must be `https:`, or `http:` to this machine').nullable().default(null).describe('an OPA server instead of a bundle, such as `http://127.0.0.1:8181`. `null`: none'),
        path: z.string().max(256).regex(/^[A-Za-z_][A-Za-z0-9_]*(?:\/[A-Za-z_][A-Za-z0-9_]*)*$/u, 'must be names joined by `/`').default('countersign').describe('what is asked, such as `countersign` for the package of that name'),
        timeoutMs: z.int().min(10).max(5_000).default(250).describe('how long one answer may take; later than that is none'),
        onFailure: RegoVerdict.default('escalate').describe('what becomes of an action of which the policy says nothing: it took too long, failed or defines nothing'),
      })
      .refine(({ bundle, url }) => bundle === null || url === null, 'give a `bundle` or a `url`, not both')
      .prefault({})
      .describe('a policy in Rego beside the rules'),
    undo: z
      .strictObject({
        quotaBytes: z.int().min(0).max(1024 * GIGABYTE).default(4 * GIGABYTE).describe('how much may be kept of what actions destroyed; what is younger than a day is never given up to make room. `0`: nothing is saved'),
        keepDays: z.int().min(1).max(365).default(30).describe('after how many days it is given up'),
        maxOperationBytes: z.int().min(0).max(64 * GIGABYTE).default(GIGABYTE / 2).describe('how much is saved before one action; the prompt names what is beyond it'),
        maxFiles: z.int().min(1).max(200_000).default(20_000).describe('how many files, folders and links are saved before one action'),
      })
      .prefault({})
      .describe('what is saved before it is destroyed, for `countersign undo`'),
    http: z
      .strictObject({
        port: z.int().min(1_024).max(65_535).nullable().default(null).describe('a port of 127.0.0.1 on which agents that cannot reach the socket may ask, with the token in the file `agent-token` beside the socket. `null`: none'),
      })
      .prefault({})
      .describe('a door besides the socket'),
    mcp: z
      .strictObject({
        servers: z.record(ServerName, z.strictObject({ url: z.string().max(2_048).refine(isPrivateUrl, 'must be `https:`, or `http:` to this machine').describe('of its streamable HTTP or of its events') })).default({}).describe('MCP servers by name that `countersign mcp gateway` stands before'),
        visible: z.record(z.string().min(1).max(128), z.record(ServerName, z.array(z.string().min(1).max(256)).max(1_000))).default({}).describe('by client and server, the tools that it may see and call; `*` stands for any text. A client that is named sees nothing else; others see everything'),
      })
      .prefault({})
      .describe('servers of the Model Context Protocol'),
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

/** How a policy in Rego is asked. */
export type RegoSettings = Config['rego'];

/** What holds without a file. */
export const DEFAULT_CONFIG: Config = Config.parse({});

/** What holds of policies while nobody can tell what a file that does not load chose. */
export const STRICTEST_POLICY: Config['policy'] = { preset: 'strict', packs: [...PolicyPack.options], userTier: '' };
