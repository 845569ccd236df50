/** Watches the settings of connected clients: a hook that disappears is told of, while its client may still run. */
import { existsSync } from 'node:fs';

import type { FSWatcher } from 'chokidar';

import type { Connected, Connection } from '../protocol/connected.ts';
import type { LiveMessage } from '../protocol/control-api.ts';
import type { Core } from './core.ts';

/** The net below the system's watches, in ticks of half a second. */
const LOOK_EVERY = 20;
/** A save is over sooner than this. */
const SETTLE_MS = 60;
/** Under what the status knows of the list itself. */
const LIST = 'clients';

type Parts = Pick<Core, 'paths' | 'log' | 'problems' | 'recordSoon' | 'events' | 'status'>;
type Fault = { readonly kind: string; readonly words: string };

/** To be called on a tick; looks at once when the system tells of a change. */
export function followClients(parts: Parts, tell: (message: LiveMessage) => void): () => void {
  const { log, problems } = parts;
  const watch = createWatch(parts, () => void look());
  let known = new Map<string, Fault | undefined>();
  let isFirst = true;
  let busy = false;
  let ticks = 0;

  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const now = await faultsNow(parts, known.size > 0, watch.follow);
      const changed = [...new Set([...known.keys(), ...now.keys()])].filter((name) => isNew(name, now));
      for (const name of changed) say(name, now.get(name), now.has(name));
      known = now;
      problems.is(LIST, undefined);
      if (changed.length > 0) tell({ type: 'status', status: parts.status(false) });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      problems.is(LIST, `nobody can tell whether connected clients still ask: ${problem}`);
    } finally {
      isFirst = false;
      busy = false;
    }
  };
  const isNew = (name: string, now: ReadonlyMap<string, Fault | undefined>): boolean => {
    if (known.has(name) !== now.has(name)) return !(isFirst && now.get(name) === undefined);
    return known.get(name)?.words !== now.get(name)?.words;
  };
  const say = (name: string, fault: Fault | undefined, isConnected: boolean): void => {
    problems.is(`client.${name}`, fault === undefined ? undefined : problemText(name, fault));
    if (fault !== undefined) {
      log.part('clients').warn(`the hook of ${name} is not in force`, { why: fault.kind, problem: fault.words });
      parts.recordSoon([parts.events.clientUnhooked(name, fault.kind, fault.words)]);
    } else if (isConnected) {
      log.part('clients').info(`${name} asks before it acts`, {});
      parts.recordSoon([parts.events.clientHooked(name)]);
    } else {
      log.part('clients').info(`${name} was disconnected`, {});
      parts.recordSoon([parts.events.clientUnhooked(name, 'disconnected', 'it was disconnected')]);
    }
  };

  return () => {
    if (ticks++ % LOOK_EVERY === 0) void look();
  };
}

function problemText(name: string, { kind, words }: Fault): string {
  const remedy = kind === 'unreadable' ? 'mend that file, then look with' : 'it is shown and mended by';
  return `${name} may act without asking: ${words}; ${remedy} \`countersign connect ${name}\``;
}

/** Parsers are loaded when a client is connected, and not before. */
async function faultsNow({ paths }: Parts, wereAny: boolean, follow: (connected: Connected) => void): Promise<Map<string, Fault | undefined>> {
  const { connectedFile, readConnected } = await import('../shims/connect/record.ts');
  // `disconnect` leaves an empty list.
  if (wereAny && !existsSync(connectedFile(paths))) throw new Error(`\`${connectedFile(paths)}\` is gone; \`countersign connect --all\` writes it anew`);
  const connected = readConnected(paths);
  follow(connected);
  const clients = Object.entries<Connection>(connected.clients);
  if (clients.length === 0) return new Map();
  const { faultsOf } = await import('../shims/connect/state.ts');
  return new Map(clients.map(([name, connection]) => [name, faultsOf(connection)[0]]));
} // prettier-ignore

/** Never throws: without watches the tick notices a change. */
function createWatch({ paths, log }: Parts, wake: () => void): { follow(connected: Connected): void } {
  let watcher: FSWatcher | undefined;
  let followed = '';
  let settling: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(settling);
    settling = setTimeout(wake, SETTLE_MS);
  };
  const open = async (places: readonly string[]): Promise<void> => {
    const { watch } = await import('chokidar');
    await watcher?.close();
    watcher = watch([...places], { ignoreInitial: true, depth: 0 });
    watcher.on('all', soon).on('error', (error) => {
      log.part('clients').warn('the system tells of no edits; they are noticed within seconds', { err: error });
    });
  };
  return {
    follow(connected) {
      const connections = Object.values(connected.clients);
      const files = connections.flatMap(({ files: own, switches, hook }) => [hook, ...own.flatMap(({ path, real }) => [path, real]), ...switches.map(({ path }) => path)]); // prettier-ignore
      const places = [...new Set([`${paths.home}/connected.json`, ...files])].toSorted();
      if (places.join('\n') === followed) return;
      followed = places.join('\n');
      open(places).catch((error: unknown) => log.part('clients').warn('settings of clients cannot be watched', { err: error })); // prettier-ignore
    },
  };
}
