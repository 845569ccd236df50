/** Are guarded commands really asked about, in this shell and in every other. */
import { dirname } from 'node:path';

import type { ShellName } from '../../shims/install.ts';
import { findProgram } from '../run/find-program.ts';
import { SYSTEM_PATH } from '../service/daemon-program.ts';
import { printable } from '../terminal/printable.ts';
import { fail, ok, skipped, warn, word, type Check, type Finding } from './check.ts';
import type { Scene } from './scene.ts';
import { SHELL_WAYS, type ShellWay } from './shell-ways.ts';

/** As much of a PATH as tells what comes before what. */
const PATH_FOLDERS = 4;
const PROOF = ['client.binary', 'client.conf', 'daemon.control', 'daemon.owner'];

export const SHELL_CHECKS: readonly Check[] = [
  { id: 'shell.installed', group: 'Shells', needs: ['client.binary'], look: installed },
  { id: 'shell.here', group: 'Shells', needs: ['shell.installed', ...PROOF], look: here },
  ...SHELL_WAYS.map((way): Check => ({
    id: `shell.${way.id}`,
    group: 'Shells',
    needs: ['shell.installed', ...PROOF],
    look: (scene) => through(way, scene),
  })),
  {
    id: 'shell.known-misses',
    group: 'Shells',
    look: () => ok('by design not seen: absolute paths such as /bin/rm, `env -i`, what interpreters do themselves (docs/limitations.md)'),
  },
]; // prettier-ignore

function installed({ shells, tools }: Scene): Finding {
  if (shells.length > 0) return ok(`start files of ${shells.join(', ')} put the guarded tools first`);
  const found = `${tools.length} tools are guarded in \`countersign run\` alone, not in your shells`;
  return { level: 'skipped', found };
}

/** The PATH of this very process: what a person typed `countersign doctor` into. */
async function here({ context: { env, paths }, canaries, tools }: Scene): Promise<Finding> {
  const path = env['PATH'] ?? '';
  const unguarded = tools.filter((tool) => dirname(findProgram(tool, path, '/') ?? paths.shims) !== paths.shims);
  const remedy = `export PATH=${word(paths.shims)}:"$PATH"`;
  const folders = path.split(':');
  if (unguarded.length > 0) {
    const why = folders.includes(paths.shims) ? 'the guarded tools come too late in PATH' : 'the guarded tools are not in PATH';
    return fail(`${why} of this shell: ${unguarded.slice(0, PATH_FOLDERS).join(', ')} would not be asked about`, remedy);
  }
  return proven(await canaries(), 'here', remedy);
} // prettier-ignore

async function through({ id, shell, options }: ShellWay, { canaries, shells, reinstall }: Scene): Promise<Finding> {
  if (findProgram(shell, SYSTEM_PATH, '/') === undefined) return skipped(`no ${shell} on this machine`);
  // The block for bash is in `.profile` as well, which other shells called `sh` read.
  const family: ShellName = shell === 'sh' ? 'bash' : shell;
  if (!shells.includes(family)) return warn(`${shell} has no start file that puts the guarded tools first`, `countersign install --shells ${[...shells, family].join(',')}`);
  return proven(await canaries(), id, reinstall, `${[shell, ...options].join(' ')} -c 'echo it gets here'`);
} // prettier-ignore

function proven(canaries: Awaited<ReturnType<Scene['canaries']>>, id: string, remedy: string, trial = remedy): Finding {
  if (canaries.kind === 'none') return skipped(canaries.reason);
  const seen = canaries.sightings.get(id);
  if (seen?.intercepted === true) return ok(`\`${canaries.tool}\` was asked about`);
  if (seen?.failure !== undefined && seen.program === '') return fail(`could not be tried: ${seen.failure}`, trial);
  const folders = seen?.path.split(':').slice(0, PATH_FOLDERS).join(':');
  return fail(printable(`\`${canaries.tool}\` ran unasked: it is ${seen?.program ?? ''}, PATH begins with ${folders ?? ''}`), remedy);
} // prettier-ignore
