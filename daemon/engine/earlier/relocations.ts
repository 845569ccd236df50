/** What a step of an action puts somewhere else without being a plain move: mounts, and files packed in place. */
import { pathTarget } from '../catalog/paths.ts';
import type { Brought, EffectDraft, ParsedOperation, Word } from '../types.ts';

/** Everything a step brings to another place, whatever it is called. */
export function broughtBy(operation: ParsedOperation, drafts: readonly EffectDraft[]): readonly Brought[] {
  if (operation.remote !== undefined) return [];
  const moved = drafts.flatMap((draft) => (draft.attributes.dryRun === true ? [] : movedBy(draft)));
  return [...moved, ...mountedBy(operation), ...packedBy(operation)];
}

/** INVARIANT: a move of which nobody knows where it goes may go anywhere. */
function movedBy({ kind, targets, brings }: EffectDraft): readonly Brought[] {
  if (brings !== undefined) return brings;
  return kind === 'file.move' ? targets.map((from) => ({ from, to: ANYWHERE })) : [];
}

const ANYWHERE = { kind: 'unknown', name: 'somewhere', dynamic: true } as const;

const MOUNTS = new Set([
  'mount',
  'bindfs',
  'sshfs',
  'rclone',
  's3fs',
  'gcsfuse',
  'mergerfs',
  'mount.cifs',
  'mount.nfs',
]);
/** These show a folder of this machine at a second place. */
const OF_FOLDERS = /^(?:--r?bind|-B|-R|--move|-M)$|(?:^|,)r?bind(?:,|$)/;
const VALUES = /^-(?:t|o|O|L|U)$|^--(?:types|options|label|uuid|target|source|mkdir)$/;

/** Deleting what is below the mount point deletes what is mounted there. */
function mountedBy({ program, words, cwd }: ParsedOperation): readonly Brought[] {
  if (!MOUNTS.has(program)) return [];
  const names = operandsOf(words).filter(({ text }) => program !== 'rclone' || text !== 'mount');
  const [from, to] = names.slice(-2);
  if (from === undefined || to === undefined) return [];
  const local = program === 'bindfs' || words.some(({ text }) => OF_FOLDERS.test(text));
  const source = local ? pathTarget(cwd, from) : ({ kind: 'unknown', name: from.text, dynamic: true } as const);
  return [{ from: source, to: pathTarget(cwd, to), mounted: true }];
}

function operandsOf(words: readonly Word[]): readonly Word[] {
  return words.slice(1).filter(({ text }, at) => !text.startsWith('-') && !VALUES.test(words[at]?.text ?? ''));
}

const SUFFIXES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  gzip: '.gz', pigz: '.gz', gunzip: '.gz', bzip2: '.bz2', bunzip2: '.bz2', xz: '.xz', unxz: '.xz', lz4: '.lz4', compress: '.Z', uncompress: '.Z',
}; // prettier-ignore

/** `gzip notes` leaves `notes.gz` in the place of `notes`. */
function packedBy({ program, words, cwd }: ParsedOperation): readonly Brought[] {
  const suffix = SUFFIXES[program];
  if (suffix === undefined || words.some(({ text }) => /^-[a-z\d]*[kclt]|^--(?:keep|stdout|list|test)$/.test(text))) return []; // prettier-ignore
  return operandsOf(words).map((word) => {
    const from = pathTarget(cwd, word);
    const name = from.name.endsWith(suffix) ? from.name.slice(0, -suffix.length) : from.name + suffix;
    return { from, to: { ...from, name } };
  });
}
