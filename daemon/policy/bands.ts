/** Combines the bands and quorums of all files, and of named policies where they join in. */
import type { Action } from '../../protocol/action.ts';
import type { Band } from '../../protocol/assessment.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { CompiledPolicy } from '../engine/policy.ts';
import type { Holds } from './compile-parts.ts';
import type { Withdrawn } from './loosening.ts';
import type { ParsedFile } from './parse-file.ts';
import type { PolicyFile, PolicyLayer, PolicyProblem, PolicySource } from './schema.ts';

type Ceilings = CompiledPolicy['bandCeilings'];
type Quorum = CompiledPolicy['quorum'];
type Settings = {
  readonly layer: PolicyLayer;
  readonly bands: PolicyFile['bands'];
  readonly quorum: PolicyFile['quorum'];
};
type File = { readonly source: PolicySource; readonly parsed: ParsedFile };

const CEILINGS: Ceilings = { low: 30, medium: 60, high: 80 };
const QUORUM: Quorum = { low: 1, medium: 1, high: 1, critical: 2 };

export function settingsOf({ source: { layer }, parsed: { content } }: File): Settings {
  return { layer, bands: content.bands, quorum: content.quorum };
}

/** Layers combine to the strictest: the lowest ceilings anyone asks for, the largest quorum. */
export function combined(
  all: readonly Settings[],
  withdrawn: Withdrawn,
): Pick<CompiledPolicy, 'bandCeilings' | 'quorum'> {
  const ceiling = (band: keyof Ceilings): number => ceilingOf(all, band, withdrawn);
  const humans = (band: Band): number =>
    Math.max(QUORUM[band], ...all.map(({ quorum }) => quorum?.[band] ?? QUORUM[band]));
  const high = ceiling('high');
  const medium = Math.min(ceiling('medium'), high);
  return {
    bandCeilings: { low: Math.min(ceiling('low'), medium), medium, high },
    quorum: { low: humans('low'), medium: humans('medium'), high: humans('high'), critical: humans('critical') },
  };
}

/** Only a preset may let a band begin later than it does by itself, and only where no organisation withdrew that. */
function ceilingOf(all: readonly Settings[], band: keyof Ceilings, withdrawn: Withdrawn): number {
  const asked = (wanted: readonly Settings[]): number[] => wanted.flatMap(({ bands }) => bands?.[band] ?? []);
  const preset = Math.min(...asked(all.filter(({ layer }) => layer === 'built-in')), 100);
  const own = preset === 100 || withdrawn === 'all' ? Math.min(preset, CEILINGS[band]) : preset;
  return Math.min(own, ...asked(all.filter(({ layer }) => layer !== 'built-in')));
}

/** A named policy may be as strict as it likes where it holds. */
export function withNamed(
  policy: CompiledPolicy,
  files: readonly (File & { readonly holds: Holds | undefined })[],
  withdrawn: Withdrawn,
): CompiledPolicy {
  const named = files.filter(
    ({ holds, parsed: { content } }) => holds !== undefined && (content.bands ?? content.quorum) !== undefined,
  );
  if (named.length === 0) return policy;
  const general = files.filter(({ holds }) => holds === undefined).map(settingsOf);
  const made = new Map<string, CompiledPolicy>();
  const forCase = (action: Action, effects: readonly Effect[]): CompiledPolicy => {
    const joining = named.filter(({ holds }) => holds?.({ action, effects }) === true);
    if (joining.length === 0) return policy;
    const key = joining.map((file) => named.indexOf(file)).join(' ');
    const known = made.get(key) ?? { ...policy, ...combined([...general, ...joining.map(settingsOf)], withdrawn) };
    made.set(key, known);
    return known;
  };
  return { ...policy, forCase };
}

export function reportFallingBands(files: readonly File[], problems: PolicyProblem[]): void {
  for (const { source, parsed } of files) {
    const { low = 0, medium = Math.max(low, CEILINGS.medium), high = 100 } = parsed.content.bands ?? {};
    if (low <= medium && medium <= high) continue;
    problems.push({ file: source.file, ...parsed.at(['bands']), message: 'the bands must not go down' });
  }
} // prettier-ignore
