/** The few system calls Node does not offer: peer credentials and an advisory file lock. */
import koffi from 'koffi';
import type { Socket } from 'node:net';

export type PeerCredentials = { readonly pid: number; readonly uid: number };

const libc = koffi.load(process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6');
const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *size)');
const getpeereid =
  process.platform === 'darwin'
    ? libc.func('int getpeereid(int fd, _Out_ uint32_t *uid, _Out_ uint32_t *gid)')
    : undefined;
const flock = libc.func('int flock(int fd, int operation)');
const getrlimit = libc.func('int getrlimit(int resource, _Out_ void *limits)');

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SOL_LOCAL = 0;
const LOCAL_PEERPID = 2;
const LOCK_EX_NB = 2 | 4;
const RLIMIT_NOFILE = process.platform === 'darwin' ? 8 : 7;
/** What a system gives that does not say. */
const USUAL_OPEN_FILES = 1_024;

/** Who is at the other end, as the kernel says; `undefined` when it does not say, and then the peer has no rights. */
export function peerCredentials(socket: Socket): PeerCredentials | undefined {
  const fd = descriptorOf(socket);
  if (fd === undefined) return undefined;
  return getpeereid === undefined ? linuxPeer(fd) : darwinPeer(fd, getpeereid);
}

/** Takes an exclusive lock that the kernel drops when this process ends; false when another holds it. */
export function tryLock(fd: number): boolean {
  return flock(fd, LOCK_EX_NB) === 0;
}

/** How many files this process may have open. */
export function openFilesLimit(): number {
  const limits = Buffer.alloc(16);
  if (getrlimit(RLIMIT_NOFILE, limits) !== 0) return USUAL_OPEN_FILES;
  const soft = limits.readBigUInt64LE(0);
  return soft > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(soft);
}

function linuxPeer(fd: number): PeerCredentials | undefined {
  const value = Buffer.alloc(12);
  if (!readOption(fd, SOL_SOCKET, SO_PEERCRED, value)) return undefined;
  return { pid: value.readInt32LE(0), uid: value.readUInt32LE(4) };
}

/** A `socklen_t`, in and out. */
const optionSize = new Uint32Array(1);

/** The kernel writes into the bytes as they are: turning lists into them and back costs more than the call. */
function readOption(fd: number, level: number, name: number, value: Buffer): boolean {
  optionSize[0] = value.length;
  return getsockopt(fd, level, name, value, optionSize) === 0;
}

function darwinPeer(
  fd: number,
  peerId: (fd: number, uid: number[], gid: number[]) => number,
): PeerCredentials | undefined {
  const uid = [0];
  const pid = Buffer.alloc(4);
  if (peerId(fd, uid, [0]) !== 0 || !readOption(fd, SOL_LOCAL, LOCAL_PEERPID, pid)) return undefined;
  return { pid: pid.readInt32LE(0), uid: uid[0] ?? -1 };
}

function descriptorOf(socket: Socket): number | undefined {
  // Node keeps the descriptor on a handle that its types do not show.
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: number } | null };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}
