/** What a delete of a whole tree reaches beyond its files: other disks and shares that are mounted there, and other users. */
import type { EffectAttributes, Target } from '../../protocol/effect.ts';
import { lookedUp } from './measure-look.ts';
import type { EffectDraft, Lookup, ParsedOperation } from './types.ts';

/** Of `rm`, `find` and `du`: they stay on the disk they start from. */
const STAYS = new Set(['--one-file-system', '-xdev', '-mount']);

export function surroundingsOf(
  { kind, only, attributes }: EffectDraft,
  { argv }: ParsedOperation,
  targets: readonly Target[],
  lookup: Lookup,
): EffectAttributes {
  // Where the catalog knew what is lost, nothing was counted.
  if (kind !== 'file.delete' || attributes.recovery !== undefined) return {};
  const seen = targets
    .filter(({ dynamic, name }) => dynamic !== true && name.startsWith('/'))
    .flatMap((target) => {
      // The same question that counted its files.
      const answer = lookup.ask<'tree'>({
        kind: 'tree',
        path: lookedUp(target),
        ...(only === undefined ? {} : { only }),
      });
      return answer.kind === 'known' ? [answer.data] : [];
    });
  const mounts = argv.some((word) => STAYS.has(word)) ? [] : [...new Set(seen.flatMap((one) => one.mounts ?? []))];
  const owners = [...new Set(seen.flatMap(({ owner }) => owner ?? []))];
  return {
    ...(mounts.length === 0 ? {} : { mounts }),
    ...(seen.some(({ share }) => share === true) ? { share: true } : {}),
    ...(owners.length === 0 ? {} : { owners }),
  };
}
