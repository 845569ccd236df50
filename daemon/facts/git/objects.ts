/** Objects of a repository by their names, each asked of git once and believed only when its content has that name. */
import { createHash } from 'node:crypto';
import { CannotTell } from './cannot-tell.ts';
import type { RepoView } from './repo-view.ts';

export type GitObject = { readonly type: string; readonly bytes: Buffer };

/** INVARIANT: content under its own hash never changes, so what was checked once stays true in every repository. */
export type KeptObjects = {
  has(oid: string): boolean;
  /** @param oids may also say in git's words what is wanted; what comes is kept under its own name. */
  read(repo: RepoView, oids: readonly string[]): Promise<ReadonlyMap<string, GitObject>>;
};

const MAX_KEPT_BYTES = 16_777_216;
const MAX_OBJECT_BYTES = 1_048_576;

export function createKeptObjects(): KeptObjects {
  const kept = new Map<string, GitObject>();
  const queues = new WeakMap<RepoView, Queue>();
  let bytes = 0;
  const keep = (oid: string, object: GitObject): void => {
    kept.set(oid, object);
    bytes += object.bytes.length;
    for (const [oldest, { bytes: content }] of kept) {
      if (bytes <= MAX_KEPT_BYTES) return;
      kept.delete(oldest);
      bytes -= content.length;
    }
  };
  return {
    has: (oid) => kept.has(oid),
    async read(repo, oids) {
      const missing = oids.filter((oid) => !kept.has(oid));
      const fetched = missing.length === 0 ? new Map<string, GitObject>() : await fetchTogether(repo, missing);
      const found = new Map<string, GitObject>();
      for (const oid of oids) {
        const object = fetched.get(oid) ?? kept.get(oid);
        if (object !== undefined) found.set(oid, object);
      }
      return found;
    },
  };
  /** Many paths ask for the same few folders at the same moment: one process answers them all. */
  function fetchTogether(repo: RepoView, oids: readonly string[]): Promise<ReadonlyMap<string, GitObject>> {
    const queue = queues.get(repo) ?? newQueue(repo);
    for (const oid of oids) queue.oids.add(oid);
    return queue.fetched;
  }
  function newQueue(repo: RepoView): Queue {
    const oids = new Set<string>();
    const queue: Queue = { oids, fetched: soon().then(() => fetchAll(repo, oids)) };
    queues.set(repo, queue);
    return queue;
  }
  async function fetchAll(repo: RepoView, oids: ReadonlySet<string>): Promise<ReadonlyMap<string, GitObject>> {
    queues.delete(repo);
    const fetched = await fetchObjects(repo, [...oids]);
    for (const [oid, object] of fetched) if (!kept.has(oid)) keep(oid, object);
    return fetched;
  }
}

type Queue = { readonly oids: Set<string>; readonly fetched: Promise<ReadonlyMap<string, GitObject>> };

function soon(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}

async function fetchObjects(repo: RepoView, oids: readonly string[]): Promise<Map<string, GitObject>> {
  const output = await repo.run(['cat-file', '--batch'], { input: `${oids.join('\n')}\n`, encoding: 'latin1' });
  return parseBatch(Buffer.from(output, 'latin1'));
}

/** `<oid> <type> <size>\n<content>\n`, or `<oid> missing\n`. */
function parseBatch(output: Buffer): Map<string, GitObject> {
  const objects = new Map<string, GitObject>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0x0a, at);
    const [oid = '', type = '', size] = output.toString('latin1', at, end === -1 ? output.length : end).split(' ');
    if (end === -1 || size === undefined) throw new CannotTell('an object is missing');
    const bytes = Buffer.from(output.subarray(end + 1, end + 1 + Number(size)));
    if (bytes.length > MAX_OBJECT_BYTES) throw new CannotTell('a large object');
    if (hashOf(type, bytes) !== oid) throw new CannotTell('an object that is not what its name says');
    objects.set(oid, { type, bytes });
    at = end + 2 + Number(size);
  }
  return objects;
}

/** The name git gives to content. */
export function hashOf(type: string, bytes: Uint8Array): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}
