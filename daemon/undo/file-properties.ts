/** Properties that Node does not reach: extended attributes, access lists among them, and times to the nanosecond. */
import koffi from 'koffi';

export type Attribute = readonly [name: string, value: string];

const darwin = process.platform === 'darwin';
const libc = koffi.load(darwin ? 'libSystem.B.dylib' : 'libc.so.6');
/** On macOS each takes a position and options besides. */
const list = libc.func(`intptr_t flistxattr(int fd, void *names, size_t size${darwin ? ', int options' : ''})`);
const get = libc.func(
  `intptr_t fgetxattr(int fd, const char *name, void *value, size_t size${darwin ? ', uint32_t position, int options' : ''})`,
);
const set = libc.func(
  `int fsetxattr(int fd, const char *name, const void *value, size_t size, ${darwin ? 'uint32_t position, int options' : 'int flags'})`,
);
const touch = libc.func('int utimensat(int folder, const void *path, const void *times, int flags)');
const HERE = darwin ? -2 : -100;
const NOT_FOLLOWED = darwin ? 0x20 : 0x100;
const NANOSECONDS = 1_000_000_000n;

/** What one file may have; Linux itself allows no more. */
const MAX_BYTES = 64 * 1024;
/** Given by the system according to where a file is; putting them back elsewhere would be wrong. */
const LEFT_OUT = /^security\.(?:selinux|ima|evm)$/;

/** Of an open file or folder; where a file system has none there are none. */
export function readAttributes(fd: number): Attribute[] {
  const names = Buffer.alloc(MAX_BYTES);
  const size = Number(list(fd, names, names.length, ...(darwin ? [0] : [])));
  if (size <= 0) return [];
  const found = names.toString('utf8', 0, size).split('\0');
  return found.filter((name) => name !== '' && !LEFT_OUT.test(name)).flatMap((name) => readOne(fd, name));
}

function readOne(fd: number, name: string): Attribute[] {
  const value = Buffer.alloc(MAX_BYTES);
  const size = Number(get(fd, name, value, value.length, ...(darwin ? [0, 0] : [])));
  return size < 0 ? [] : [[name, value.toString('base64', 0, size)]];
}

/** Names of those that could not be put back. */
export function writeAttributes(fd: number, attributes: readonly Attribute[]): string[] {
  return attributes.flatMap(([name, text]) => {
    const value = Buffer.from(text, 'base64');
    const failed = set(fd, name, value, value.length, ...(darwin ? [0, 0] : [0])) !== 0;
    return failed ? [name] : [];
  });
}

/** Sets both times of a file, a folder, or a link itself; false when the system does not let it. */
export function setTimes(path: Buffer, mtimeNs: bigint): boolean {
  const times = Buffer.alloc(32);
  const nanoseconds = ((mtimeNs % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  for (const at of [0, 16]) {
    times.writeBigInt64LE((mtimeNs - nanoseconds) / NANOSECONDS, at);
    times.writeBigInt64LE(nanoseconds, at + 8);
  }
  return touch(HERE, Buffer.concat([path, Buffer.alloc(1)]), times, NOT_FOLLOWED) === 0;
}
