/** `countersign policy list`: the rules in force. */
import { PolicyPack } from '../../protocol/config.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { choiceOf, policySources } from '../offline/policies.ts';
import { partsOf, type PolicyPart } from '../offline/policy-parts.ts';
import { noteWaiting } from '../show/waiting-note.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export const policyList: Command = {
  usage: ['policy list', 'policy list TEXT'],
  about: 'Lists what is in force: the preset, the packs, the built-in rules and yours. TEXT is looked for in the ids.',
  positionals: { min: 0, max: 1 },
  examples: ['countersign policy list', 'countersign policy list git.'],
  async run(input, context) {
    const [wanted = ''] = input.positionals;
    const parts = partsOf(policySources(context.paths)).filter(({ id }) => id.includes(wanted));
    if (input.flag('json')) context.printJson(parts.map(listed));
    else {
      const { preset, packs } = choiceOf(context.paths);
      const off = PolicyPack.options.filter((pack) => !packs.includes(pack));
      const { bold, dim } = context.style;
      context.print(`preset ${bold(preset)} · packs ${packs.length === 0 ? 'none' : packs.join(', ')}${off.length === 0 ? '' : dim(` · off: ${off.join(', ')}`)}`); // prettier-ignore
      for (const part of parts) context.print(partText(part, context.style));
      if (parts.length === 0) context.print(`Nothing in force has \`${printable(wanted)}\` in its id.`);
    }
    await noteWaiting(context);
    return EXIT.ok;
  },
};

function listed({ id, kind, layer, file, line, policy, content }: PolicyPart) {
  const { points, reason, verdict } = content;
  return { id, kind, points, reason, ...(verdict !== undefined && { verdict }), layer, file, line, ...(policy !== undefined && { policy }) }; // prettier-ignore
}

function partText({ id, kind, layer, policy, content }: PolicyPart, style: Style): string {
  const where = [layer === 'built-in' ? '' : layer, policy === undefined ? '' : `policy ${policy}`, kind === 'rule' ? '' : kind]; // prettier-ignore
  const marks = where.filter((mark) => mark !== '').join(', ');
  const { verdict, reason = '' } = content as { verdict?: string; reason?: string }; // as the schema says
  const forced = verdict === undefined ? '' : ` ${style.red(verdict)}`;
  return `${weight(content['points'], style)}  ${style.bold(id)}${style.dim(marks === '' ? '' : ` (${marks})`)}${forced}\n     ${style.dim(printable(reason))}`;
}

/** Points take three columns; what has none of its own stands empty. */
function weight(points: unknown, style: Style): string {
  if (typeof points !== 'number') return '   ';
  const text = points < 0 ? String(points).replace('-', '−') : style.score(points);
  return `${' '.repeat(Math.max(0, 3 - String(points).length))}${text}`;
}
