/** `countersign policy list`: the rules in force. */
import { parsePolicyFile } from '../../daemon/policy/parse-file.ts';
import type { PolicyRule, PolicySource } from '../../daemon/policy/schema.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { policySources } from '../offline/policies.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

type Listed = Pick<PolicyRule, 'id' | 'points' | 'reason' | 'verdict'> & {
  readonly layer: string;
  readonly file: string;
};

export const policyList: Command = {
  usage: ['policy list'],
  about: 'Lists the rules in force: the built-in ones and yours.',
  examples: ['countersign policy list'],
  async run(input, context) {
    const rules = policySources(context.paths).flatMap(rulesOf);
    if (input.flag('json')) context.printJson(rules);
    else for (const rule of rules) context.print(ruleText(rule, context.style));
    return EXIT.ok;
  },
};

function rulesOf(source: PolicySource): Listed[] {
  const rules = parsePolicyFile(source).file?.content.rules ?? [];
  return rules.map(({ id, points, reason, verdict }) => ({
    id,
    points,
    reason,
    ...(verdict !== undefined && { verdict }),
    layer: source.layer,
    file: source.file,
  }));
}

function ruleText({ id, points, reason, verdict, layer }: Listed, style: Style): string {
  const weight = `${' '.repeat(3 - String(points).length)}${style.score(points)}`;
  const where = style.dim(layer === 'built-in' ? '' : ` (${layer})`);
  return `${weight}  ${style.bold(id)}${where}${verdict === undefined ? '' : ` ${style.red(verdict)}`}\n     ${style.dim(printable(reason))}`;
}
