/** Edits of policies and settings that wait for a person: what is in force, what lies there instead, and the answer. */
import { z } from 'zod';

/** The texts that say what holds. */
export const PolicySources = z
  .strictObject({
    config: z.string().nullable().describe('the text of `config.yaml`; `null` when there is none'),
    policies: z.array(
      z.strictObject({
        layer: z.enum(['user', 'org']),
        file: z.string().describe('absolute path'),
        text: z.string(),
      }),
    ),
    bundle: z
      .strictObject({ file: z.string(), digest: z.string().describe('SHA-256 of its bytes, hex') })
      .nullable()
      .describe('the compiled Rego policy that the settings name'),
  })
  .meta({ id: 'PolicySources' });
export type PolicySources = z.infer<typeof PolicySources>;

/** An edit that is not in force. */
export const WaitingEdit = z
  .strictObject({
    digest: z.string().describe('of what waits; an acceptance names it'),
    since: z.int().describe('ms since the epoch'),
    files: z.array(z.string()).describe('that differ from what is in force; absolute paths'),
  })
  .meta({ id: 'WaitingEdit' });
export type WaitingEdit = z.infer<typeof WaitingEdit>;

/** What a person looks at before they accept an edit. */
export const WaitingPolicy = z
  .strictObject({
    edit: WaitingEdit.nullable().describe('`null` when nothing waits'),
    problems: z.array(z.string()).describe('why what waits could not be accepted, in plain words'),
    accepted: PolicySources.describe('what is in force'),
    proposed: PolicySources.describe('what would be in force'),
  })
  .meta({ id: 'WaitingPolicy' });
export type WaitingPolicy = z.infer<typeof WaitingPolicy>;

export const AcceptPolicyRequest = z
  .strictObject({
    digest: z.string().max(128).describe('of the edit that was looked at; anything else that lies there is refused'),
    discard: z.boolean().default(false).describe('put the accepted files back instead, and keep the edit aside'),
  })
  .meta({ id: 'AcceptPolicyRequest' });
export type AcceptPolicyRequest = z.infer<typeof AcceptPolicyRequest>;
