/** A `PATH` that begins with a folder of the project: whether programs lie there under the names of the system's. */
import type { Word } from '../../types.ts';
import { resolvePath } from '../paths.ts';
import type { Place, Run } from '../run.ts';
import { baseName } from '../words.ts';

/** What everything else runs without thinking of it. */
const ORDINARY = new Set(
  ('ls cat grep egrep head tail sed awk cut sort tr wc find xargs cp mv rm mkdir rmdir ln touch chmod chown echo printf test true false env id date ' +
    'sudo su ssh scp git curl wget tar sh bash dash zsh python python3 node perl ruby ps kill stat cc gcc make sleep tee uname whoami pwd diff less').split(' '),
); // prettier-ignore

/** Folders in which a project keeps or builds its own tools. */
const TOOLS = /(?:^|\/)(?:\.?bin|sbin|scripts?|tools?|Scripts|shims|build|out|dist|target|vendor|debug|release)\/?$/i;
/** The most folders of one variable that are looked at. */
const MAX_FOLDERS = 4;

/** The folders in front of what the variable held, as far as they belong to the project. */
function foldersAhead({ text }: Word, cwd: string): readonly string[] {
  const folders: string[] = [];
  for (const entry of text.split(':')) {
    if (/^\$(?:\{PATH[^}]*\}|PATH\b)/.test(entry)) break;
    const spelled = entry.replace(/^(?:\$\{?PWD\}?|\$\(pwd\)|`pwd`)(?=\/|$)/, cwd);
    const path = spelled.startsWith('~') || /[$`]/.test(spelled) ? undefined : resolvePath(cwd, spelled);
    if (path !== undefined && spelled !== '' && path.startsWith(`${cwd}/`)) folders.push(path);
  }
  return folders.slice(0, MAX_FOLDERS);
}

export function shadowedPrograms(run: Run, place: Place, value: Word): void {
  if (place.remote !== undefined || !place.cwd.startsWith('/')) return;
  for (const folder of foldersAhead(value, place.cwd)) {
    const answer = run.lookup.ask({ kind: 'glob', cwd: folder, pattern: '*' });
    if (answer.kind === 'missing') continue;
    const names = answer.kind === 'known' ? answer.data.matches.map(baseName) : undefined;
    const name = names?.find((one) => ORDINARY.has(one));
    if (name !== undefined) run.opaque(place, `${folder}/${name} in the place of ${name}`);
    else if (names === undefined && !TOOLS.test(folder)) run.opaque(place, `programs of ${folder} before the system's`);
  }
}
