/** What a tool called by name does, told by the verb and the noun in its name and by its arguments. */
import type { EffectDraft } from '../../types.ts';
import type { CatalogContext } from '../entry.ts';
import { draft } from '../rules.ts';
import { isSecretPath } from '../secret-paths.ts';
import { gravest, named, on, onlyLooks, pathsOf, toolCall, type NamedCall, type ToolCall, type ToolRule } from './call.ts'; // prettier-ignore
import { fileRules } from './files.ts';
import { patchRules } from './patches.ts';
import { peopleRules } from './people.ts';
import { dataRules, serviceRules } from './services.ts';

/** What agents do among themselves and with their own notes. */
const OWN = /^(?:todo write|todo read|think|exit plan mode|enter plan mode|plan|task|agent|skill|ask user|ask user question|tool search|list mcp resources|bash output|update plan|kill (?:shell|bash|task)|sequential thinking|report progress)$/; // prettier-ignore
const SECRETS = /\b(?:get|read|fetch|reveal|show|export|dump|decrypt|retrieve|access|view) (?:\w+ )?(?:secrets?|passwords?|credentials?|api keys?|access keys?|(?:access |auth |session )?tokens?|private keys?)(?: value| version)?$/; // prettier-ignore

/** First match wins; verbs that only look come before the nouns they look at. */
const RULES: readonly ToolRule[] = [
  { when: named(OWN), effects: () => [] },
  ...patchRules,
  ...fileRules,
  ...dataRules,
  { when: named(/\bweb ?search\b/), effects: () => [draft('net.fetch')] },
  { when: named(SECRETS), effects: (call) => on(call, 'secret.read') },
  { when: onlyLooks, effects: () => [] },
  ...peopleRules,
  ...serviceRules,
];

/** Verbs of a change that others notice or that is hard to take back, whatever it is done to. */
const GRAVE = /\b(?:deploy|publish|promote|failover|migrate|approve|merge|grant|share|revoke|disable|suspend|deactivate|stop|shutdown|restart|reboot|transfer|rotate|reset|invoke|trigger|unlock|authorize|submit|sign|restore|execute|disarm|accept|agree)\b|^(?:block|ban|kick)\b|\b(?:dns|nameservers?|firewall|security group|load balancer)\b|\bopen (?:\w+ )?(?:doors?|gates?|garage|locks?|valves?|safe)$|\b(?:change|upgrade|downgrade|switch) (?:\w+ )?(?:plan|subscription|tier)\b|\bexport (?:\w+ )*?(?:customers|users|contacts|employees|patients|members)\b/; // prettier-ignore

export function toolEffects(given: NamedCall, context: CatalogContext): readonly EffectDraft[] {
  const call = toolCall(given);
  const rule = RULES.find(({ when }) => when(call));
  const effects = rule?.effects(call, context) ?? otherEffects(call);
  return call.rehearsed ? effects.map((effect) => ({ ...effect, attributes: { ...effect.attributes, dryRun: true } })) : effects; // prettier-ignore
}

function otherEffects(call: ToolCall): readonly EffectDraft[] {
  const secrets = pathsOf(call).filter((target) => isSecretPath(target.name));
  const secret = secrets.length > 0 ? [draft('secret.read', secrets)] : [];
  const kind = gravest(call);
  if (kind === 'read') return secret;
  if (kind === 'delete') return [...on(call, 'cloud.delete'), ...secret];
  if (GRAVE.test(call.words)) return [...on(call, 'cloud.change'), ...secret];
  return [draft('code.run', [{ kind: 'resource', name: call.name }], { unknownProgram: true }), ...secret];
}
