/** `countersign policy explain`: one rule, in full, and who changed it. */
import { existsSync } from 'node:fs';

import { stringify } from 'yaml';

import { loadSqlParsers } from '../../daemon/engine/sql/load.ts';
import { builtInTests } from '../../daemon/policy/built-in.ts';
import { decisionsOf } from '../../daemon/policy/decision-tests.ts';
import { readPolicyTests } from '../../daemon/policy/folder.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import { isNamed } from '../../daemon/policy/loosening.ts';
import { UsageError, type Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { choiceOf, policySources } from '../offline/policies.ts';
import { partsOf, type PolicyPart } from '../offline/policy-parts.ts';
import { suggest } from '../suggest.ts';
import { printable } from '../terminal/printable.ts';

/** More examples than this tell no more. */
const MAX_EXAMPLES = 5;

export const policyExplain: Command = {
  usage: ['policy explain RULE'],
  about:
    'Shows one rule in full: where it stands, what it asks for, who loosened it, and decision tests it speaks in.\n' +
    'A finding such as `git.push/default-branch` names the rule and its modifier.',
  positionals: { min: 1, max: 1 },
  examples: ['countersign policy explain files.delete-lost', 'countersign policy explain git.push/default-branch'],
  async run(input, context) {
    const [finding = ''] = input.positionals;
    const [id = '', modifier] = finding.split('/');
    const sources = policySources(context.paths);
    const parts = partsOf(sources);
    const part = parts.find((one) => one.id === id);
    if (part === undefined) throw new UsageError(unknownText(id, parts));
    const loosened = part.layer === 'built-in' ? parts.filter((one) => reaches(one, part)) : [];
    const own = existsSync(context.paths.policies) ? readPolicyTests(context.paths.policies) : [];
    const tests = [...builtInTests(choiceOf(context.paths)), ...own];
    const decisions = decisionsOf(loadPolicies(sources).policy, tests, await loadSqlParsers());
    const wanted = modifier === undefined ? id : finding;
    const seen = decisions.filter(({ assessment }) => assessment.findings.some(({ rule }) => rule === wanted));
    const examples = seen.slice(0, MAX_EXAMPLES).map(({ name, assessment: { score, verdict } }) => ({ name, score, verdict }));
    if (input.flag('json')) context.printJson({ ...part, loosened: loosened.map((one) => one.id), examples });
    else print(context, part, loosened, examples);
    return EXIT.ok;
  },
}; // prettier-ignore

type Example = { readonly name: string; readonly score: number; readonly verdict: string };

function print(
  { print: say, style }: Context,
  part: PolicyPart,
  loosened: readonly PolicyPart[],
  examples: readonly Example[],
): void {
  const { id: _, ...content } = part.content;
  say(
    `${style.bold(part.id)} ${style.dim(`${part.kind} · ${part.layer} · ${printable(`${part.file}:${part.line}`)}`)}`,
  );
  for (const line of stringify(content, { lineWidth: 110 }).trimEnd().split('\n')) say(`  ${printable(line)}`);
  for (const one of loosened) {
    say(style.amber(`  loosened by ${one.id} (${one.layer}): ${printable(String(one.content['reason']))}`));
  }
  for (const { name, score, verdict } of examples)
    say(`  ${style.score(score)} ${verdict}  ${style.dim(printable(name))}`);
}

function reaches(one: PolicyPart, part: PolicyPart): boolean {
  if (one.kind !== 'loosening' && one.kind !== 'allowance') return false;
  const { rules, on } = one.content as { rules?: readonly string[]; on?: string | readonly string[] };
  if (rules !== undefined) return rules.some((pattern) => isNamed(part.id, pattern));
  const kinds = new Set([on ?? []].flat());
  return [(part.content as { on?: string | readonly string[] }).on ?? []].flat().some((kind) => kinds.has(kind));
}

function unknownText(id: string, parts: readonly PolicyPart[]): string {
  const meant = suggest(id, parts.map((part) => part.id)); // prettier-ignore
  return `there is no rule \`${printable(id)}\`${meant === undefined ? '' : `; did you mean \`${meant}\`?`}`;
}
