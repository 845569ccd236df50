/** Ways to keep git's hooks from running that are no option of the subcommand. */
import type { EffectDraft } from '../../types.ts';
import type { Place } from '../run.ts';
import type { Setting } from './git-environment.ts';

const NONE: readonly EffectDraft[] = [];
const RECORDS = new Set(['commit', 'merge', 'rebase', 'cherry-pick', 'am', 'revert', 'pull']);

/** A folder without hooks, or a variable that the usual hook managers obey. */
export function skipsHooks({ env }: Place, subcommand: string, settings: readonly Setting[]): readonly EffectDraft[] {
  const kind = RECORDS.has(subcommand) ? 'vcs.commit' : subcommand === 'push' ? 'vcs.push' : undefined;
  if (kind === undefined) return NONE;
  const setting = settings.findLast(({ key }) => key === 'core.hookspath')?.value.text;
  const off = setting === '' || setting === '/dev/null' || env['HUSKY'] === '0' || env['LEFTHOOK'] === '0' || env['LEFTHOOK'] === 'false'; // prettier-ignore
  return off ? [{ kind, targets: [], attributes: { force: true } }] : NONE;
}
