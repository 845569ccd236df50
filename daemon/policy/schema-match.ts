/** What a rule may ask for without a condition: names, places and times. */
import { z } from 'zod';

import { Environment, Location } from '../../protocol/effect.ts';

const MAX_PATTERNS = 100;
const MAX_PATTERN = 300;

/** `*` stands for anything but a slash, `**` for anything. */
export const Patterns = z.array(z.string().min(1).max(MAX_PATTERN)).min(1).max(MAX_PATTERNS);

const HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/u;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const Match = z
  .strictObject({
    targets: Patterns.optional().describe(
      'names of what the effect falls on; one without a slash in front is looked for at any depth',
    ),
    programs: Patterns.optional().describe('names of programs, such as `git`'),
    agents: Patterns.optional().describe('names of agents'),
    tools: Patterns.optional().describe('names of tools of an agent or an MCP server'),
    servers: Patterns.optional().describe('names of MCP servers'),
    workspaces: Patterns.optional().describe('folders in which the action runs, with everything below them'),
    environments: z.array(Environment).min(1).optional(),
    locations: z.array(Location).min(1).optional().describe('where a path lies'),
    days: z.array(z.enum(WEEKDAYS)).min(1).optional().describe('by the clock of the machine'),
    hours: z.string().regex(HOURS, 'must be like `09:00-17:30`').optional().describe('may go past midnight'),
    tiers: Patterns.optional().describe('`policy.userTier` of the settings'),
  })
  .refine((match) => Object.keys(match).length > 0, 'asks for nothing');
export type Match = z.infer<typeof Match>;
