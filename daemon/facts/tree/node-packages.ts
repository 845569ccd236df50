/** What npm put into a `node_modules`, as far as npm's own lists and the times of the files prove it. */
import { dirname, join } from 'node:path';
import { lstatOrAbsent } from '../paths.ts';
import { readSafely } from '../safe-file.ts';
import type { Evidence } from './evidence.ts';

/** npm writes it when everything else is in place, and trusts it as long as nothing beside it is newer. */
export const INSTALLED_LIST = '.package-lock.json';

const LOCKS = ['npm-shrinkwrap.json', 'package-lock.json'];
/** Lists of some thousand packages. */
const MAX_LIST_BYTES = 4_194_304;

type Package = { readonly resolved?: unknown; readonly integrity?: unknown; readonly link?: unknown };
type Packages = Readonly<Record<string, Package | undefined>>;

/**
 * INVARIANT: an entry counts when the lock file beside the folder tells the same of it as the list in it, a registry has that
 * content, and nothing in it was changed or moved there since. A time of change is set by the kernel alone.
 *
 * @param folder physical path of a `node_modules`.
 */
export async function installedByNpm(folder: string): Promise<Evidence | undefined> {
  const list = join(folder, INSTALLED_LIST);
  const [stats, installed, locked] = await Promise.all([lstatOrAbsent(list), packagesIn(list), lockedAbove(folder)]);
  if (stats === undefined || installed === undefined || locked === undefined) return undefined;
  const made: Evidence = { remade: 'packages', untilMs: stats.ctimeMs };
  const named = (name: string): Evidence | undefined => {
    const key = `node_modules/${name}`;
    const [here, there] = [installed[key], locked[key]];
    if (here === undefined || there === undefined) return undefined;
    if (here.link === true) return there.link === true ? { ...made, onlyLinks: true } : undefined;
    return isFetched(here) && here.integrity === there.integrity ? made : undefined;
  };
  const parts = (name: string): Evidence | undefined => {
    if (name === INSTALLED_LIST) return made;
    if (name === '.bin') return { ...made, parts: () => ({ ...made, onlyLinks: true }) };
    return name.startsWith('@') ? { ...made, parts: (inner) => named(`${name}/${inner}`) } : named(name);
  };
  return { ...made, parts };
}

/** A file or a repository that it came from may be gone; what a registry has is named by its digest, the place is optional. */
function isFetched({ resolved, integrity }: Package): boolean {
  if (typeof integrity !== 'string') return false;
  return resolved === undefined || (typeof resolved === 'string' && /^https?:\/\//u.test(resolved));
}

async function lockedAbove(folder: string): Promise<Packages | undefined> {
  for (const name of LOCKS) {
    const packages = await packagesIn(join(dirname(folder), name));
    if (packages !== undefined) return packages;
  }
  return undefined;
}

async function packagesIn(path: string): Promise<Packages | undefined> {
  if ((await lstatOrAbsent(path))?.isFile() !== true) return undefined;
  const read = await readSafely(path, MAX_LIST_BYTES);
  if (read.kind !== 'read') return undefined;
  try {
    const parsed: unknown = JSON.parse(read.bytes.toString('utf8'));
    if (!isRecord(parsed) || !isRecord(parsed['packages'])) return undefined;
    return Object.fromEntries(Object.entries(parsed['packages']).filter(([, entry]) => isRecord(entry))) as Packages; // each was just looked at
  } catch {
    return undefined; // Not a list of npm, so it proves nothing.
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
