/** A `cd` may fail. Unless `&&` joins it to what follows, that runs in the folder before when the new one is not there. */
import { isWithin } from '../../measure-location.ts';
import { resolvePath, UNKNOWN_CWD } from '../paths.ts';
import type { Place, Run } from '../run.ts';
import type { ShellState } from './state.ts';

/** The folder before, and every folder that was entered since without knowing that it exists. */
export type Doubt = { readonly from: string; readonly folders: readonly string[] };

/** Folders of every machine. */
const EVERYWHERE = new Set(['/', '/tmp', '/var', '/var/tmp', '/etc', '/usr', '/home', '/root', '/opt']);

/** Notes that the shell went from `from` to where it is now. */
export function doubtFolder(state: ShellState, from: string): void {
  const { cwd, doubt } = state;
  if (cwd === UNKNOWN_CWD || EVERYWHERE.has(cwd) || isWithin(from, cwd)) return;
  state.doubt = { from: doubt?.from ?? from, folders: [...(doubt?.folders ?? []), cwd] };
}

/** Decides where the shell is, before something runs whether or not the `cd` succeeded. */
export function settleFolder(run: Run, place: Place, state: ShellState): void {
  const { doubt } = state;
  if (doubt === undefined) return;
  state.doubt = undefined;
  if (place.remote !== undefined) return;
  const found = doubt.folders.map((folder) => lookAt(run, folder));
  if (found.includes('absent') && found.length === 1) state.cwd = doubt.from;
  else if (found.some((one) => one !== 'there')) state.cwd = UNKNOWN_CWD;
}

type Presence = 'there' | 'absent' | 'unknown';

function lookAt(run: Run, folder: string): Presence {
  if (run.operations.some((operation) => operation.program === 'mkdir' && names(operation, folder))) return 'there';
  const answer = run.lookup.ask({ kind: 'path', path: folder });
  // The engine is called again with the answer.
  if (answer.kind === 'missing') return 'there';
  if (answer.kind === 'unknown') return 'unknown';
  if (answer.data.type === 'directory') return 'there';
  // A link may lead to a folder or nowhere.
  if (answer.data.type === 'symlink') return 'unknown';
  return run.operations.some(({ program }) => MAKERS.has(program)) ? 'unknown' : 'absent';
}

/** Programs after which a folder may be there that was not before. */
const MAKERS = new Set(['mkdir', 'git', 'tar', 'unzip', '7z', 'cp', 'mv', 'ln', 'rsync', 'install', 'npx', 'npm', 'pnpm', 'yarn', 'bun', 'cargo', 'go', 'python', 'python3', 'django-admin', 'rails', 'cmake', 'make', 'virtualenv', 'uv', 'docker', 'gh', 'mktemp']); // prettier-ignore

function names(operation: { readonly cwd: string; readonly argv: readonly string[] }, folder: string): boolean {
  return operation.argv.slice(1).some((arg) => {
    const made = resolvePath(operation.cwd, arg);
    return made !== undefined && isWithin(made, folder);
  });
}
