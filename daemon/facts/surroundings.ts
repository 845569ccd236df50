/** What a path stands in: what is mounted at it or below it, and whose it is. */
import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { TreeFact } from '../../protocol/facts.ts';
import { mountTable, type Mount } from './mounts.ts';
import { isBelow, isWithin, lstatOrAbsent } from './paths.ts';

const MAX_MOUNTS = 20;

/** Whose content lies on another machine. */
const NETWORK = /^(?:nfs\d?|cifs|smb\w*|afs|ceph|9p|glusterfs|lustre|beegfs|davfs\d?|fuse\.(?:sshfs|rclone|s3fs|gcsfuse|glusterfs|davfs\d?|ceph\S*))$/; // prettier-ignore
/** What the kernel makes up: nothing of it is stored anywhere. */
const PSEUDO = /^(?:proc|sysfs|cgroup2?|devpts|devtmpfs|mqueue|debugfs|tracefs|securityfs|pstore|bpf|hugetlbfs|nsfs|autofs|configfs|fusectl|binfmt_misc|efivarfs|rpc_pipefs|selinuxfs)$/; // prettier-ignore

/** Nothing is asked of what is mounted: a share that does not answer is told by the kernel's own table. */
export async function withSurroundings(tree: TreeFact): Promise<TreeFact> {
  if (!tree.exists) return tree;
  const physical = tree.realPath;
  const [all, owner] = await Promise.all([mountsFor(physical), otherOwnerOf(physical)]);
  const here = all.filter(({ at, type }) => isWithin(at, physical) && !PSEUDO.test(type));
  const around = all.filter(({ at }) => isWithin(physical, at)).toSorted((a, b) => b.at.length - a.at.length)[0];
  const isShare = [...here, ...(around === undefined ? [] : [around])].some(({ type }) => NETWORK.test(type));
  // The table holds what was mounted over as well.
  const mounts = [...new Set(here.map(({ at }) => at))].slice(0, MAX_MOUNTS);
  return {
    ...tree,
    ...(mounts.length === 0 ? {} : { mounts }),
    ...(isShare ? { share: true } : {}),
    ...(owner === undefined ? {} : { owner }),
  };
}

/**
 * Whether nothing but the machine's own disks can keep a call waiting at a path and below it. Where the kernel has no
 * table of what is mounted nobody knows.
 */
export function isLocal(path: string): boolean {
  if (process.platform !== 'linux') return false;
  const all = mountTable();
  const around = all.filter(({ at }) => isWithin(path, at)).toSorted((a, b) => b.at.length - a.at.length)[0];
  const isDisk = around !== undefined && !NETWORK.test(around.type) && !around.type.startsWith('fuse');
  return isDisk && !all.some(({ at }) => isBelow(at, path));
}

async function otherOwnerOf(path: string): Promise<string | undefined> {
  const stats = await lstatOrAbsent(path);
  if (stats === undefined || stats.uid === process.getuid?.()) return undefined;
  return stats.uid === 0 ? 'root' : `user ${stats.uid}`;
}

async function mountsFor(path: string): Promise<readonly Mount[]> {
  return process.platform === 'linux' ? mountTable() : mountAt(path);
}

/** Without a table, only that the path itself lies on another disk than the folder it is in. */
async function mountAt(path: string): Promise<readonly Mount[]> {
  const stats = await lstatOrAbsent(path);
  if (stats === undefined || !stats.isDirectory() || path === '/') return [];
  const above = await lstat(dirname(path));
  return above.dev === stats.dev ? [] : [{ at: path, type: 'unknown' }];
}
