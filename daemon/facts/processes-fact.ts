/** Which processes a signal would reach that are the daemon or its helpers. */
import { readFile } from 'node:fs/promises';
import type { OwnProcessesFact } from '../../protocol/facts.ts';

/** Every process of the user, this worker's parent among them. */
const EVERYBODY = -1;

type Standing = { readonly parent: number; readonly group: number };

export async function lookAtProcesses(pids: readonly number[]): Promise<OwnProcessesFact> {
  const daemon = process.ppid;
  const group = (await standingOf(daemon))?.group;
  const reaches = async (pid: number): Promise<boolean> => {
    if (pid === daemon || pid === EVERYBODY || pid === -daemon || (group !== undefined && pid === -group)) return true;
    return pid > 0 && (await standingOf(pid))?.parent === daemon;
  };
  const own = await Promise.all(pids.map(reaches));
  return { kind: 'own-processes', own: pids.filter((_, index) => own[index]) };
}

/** Linux tells; elsewhere only the daemon's own id is known. */
async function standingOf(pid: number): Promise<Standing | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name may hold blanks and brackets; what follows the last bracket does not.
  const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return parent === undefined || group === undefined ? undefined : { parent: Number(parent), group: Number(group) };
}
