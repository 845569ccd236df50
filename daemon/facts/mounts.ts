/** What is mounted where, as the kernel has it. */
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';

export type Mount = { readonly at: string; readonly type: string };

/** A machine with thousands of containers has some megabytes of them. */
const MAX_TABLE_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 16 * 1024;
const KEPT_MS = 100;

/** File systems of disks and memory of this machine. */
const OWN_DISKS = new Set(['bcachefs', 'btrfs', 'erofs', 'exfat', 'ext2', 'ext3', 'ext4', 'f2fs', 'jfs', 'ntfs3', 'overlay', 'ramfs', 'reiserfs', 'squashfs', 'tmpfs', 'vfat', 'xfs', 'zfs']); // prettier-ignore

/**
 * Whether a name lies on a disk or in the memory of this machine, so that asking for it waits for nobody. Where the kernel
 * has no table of what is mounted nobody knows.
 *
 * @param path physical but for its last part: a link on the way leads elsewhere.
 */
export function isOnOwnDisk(path: string): boolean {
  if (process.platform !== 'linux' || !path.startsWith('/')) return false;
  const types = typesNow();
  for (let at = path; ; at = dirname(at)) {
    const type = types.get(at);
    if (type !== undefined) return OWN_DISKS.has(type);
    if (at === '/') return false;
  }
}

/** The kernel answers from memory, so nothing is waited for; what was mounted a moment ago is what is mounted. */
export function mountTable(): readonly Mount[] {
  return tableNow().mounts;
}

function tableNow(): Table {
  const now = performance.now();
  if (table === undefined || now - table.at > KEPT_MS) {
    const mounts = ownMounts()
      .split('\n')
      .flatMap((line) => mountIn(line) ?? []);
    // Of several at one place the last one covers the others.
    table = { at: now, mounts, types: new Map(mounts.map(({ at, type }) => [at, type])) };
  }
  return table;
}

type Table = {
  readonly at: number;
  readonly mounts: readonly Mount[];
  readonly types: ReadonlyMap<string, string>;
};

let table: Table | undefined;

/** Without `/proc` nothing is told. */
function typesNow(): ReadonlyMap<string, string> {
  try {
    return tableNow().types;
  } catch {
    return new Map();
  }
}

/** `36 35 98:0 /root /mount/point rw shared:1 - ext4 /dev/sda rw`, with blanks written as octal numbers. */
function mountIn(line: string): Mount | undefined {
  const [left = '', right = ''] = line.split(' - ', 2);
  const at = left.split(' ')[4];
  const type = right.split(' ')[0];
  if (at === undefined || type === undefined) return undefined;
  return {
    at: at.replaceAll(/\\([0-7]{3})/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 8))),
    type,
  };
}

function ownMounts(): string {
  const file = openSync('/proc/self/mountinfo', 'r');
  try {
    const parts: Buffer[] = [];
    for (let length = 0; length < MAX_TABLE_BYTES;) {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const bytesRead = readSync(file, buffer);
      if (bytesRead === 0) break;
      parts.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(parts).toString('utf8');
  } finally {
    closeSync(file);
  }
}
