/** Where the daemon listens: given, named in the environment, or the socket of this user. */
import { homedir } from 'node:os';

import { CountersignError } from './errors.ts';

export type Endpoint =
  | { readonly kind: 'socket'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly token: string };

export type EndpointOptions = {
  /** `unix:/path/agent.sock` or `http://127.0.0.1:PORT`. */
  readonly url?: string | undefined;
  /** Goes with an `http:` address: the content of `agent-token`. */
  readonly token?: string | undefined;
};

type Env = Readonly<Record<string, string | undefined>>;

const THIS_MACHINE = new Set(['127.0.0.1', 'localhost', '[::1]']);

export function findEndpoint({ url, token }: EndpointOptions = {}, env: Env = process.env): Endpoint {
  const named = url ?? env['COUNTERSIGN_URL'];
  if (named === undefined || named === '') return { kind: 'socket', socketPath: socketOfUser(env, process.platform) };
  if (named.startsWith('unix:')) return { kind: 'socket', socketPath: named.replace(/^unix:(\/\/)?/, '') };
  return door(named, token ?? env['COUNTERSIGN_TOKEN']);
}

function door(named: string, token: string | undefined): Endpoint {
  const address = URL.canParse(named) ? new URL(named) : undefined;
  // A token must never travel over a network in plain text.
  if (address?.protocol !== 'http:' || !THIS_MACHINE.has(address.hostname)) {
    throw misuse(`\`${named}\` is no address of a daemon on this machine: \`unix:/PATH\` or \`http://127.0.0.1:PORT\``);
  }
  if (token === undefined || token === '') throw misuse('an `http:` address needs a token: set `COUNTERSIGN_TOKEN`');
  return { kind: 'tcp', host: address.hostname.replace(/[[\]]/g, ''), port: Number(address.port || 80), token };
}

/** The same places as `countersign status` names. */
export function socketOfUser(env: Env, platform: string): string {
  const home = absolute(env['COUNTERSIGN_HOME']);
  if (home !== undefined) return `${home}/run/agent.sock`;
  if (platform === 'darwin') return `${homedir()}/Library/Application Support/Countersign/run/agent.sock`;
  const runtime = absolute(env['XDG_RUNTIME_DIR']);
  if (runtime !== undefined) return `${runtime}/countersign/agent.sock`;
  const data = absolute(env['XDG_DATA_HOME']) ?? `${homedir()}/.local/share`;
  return `${data}/countersign/run/agent.sock`;
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true && path.length > 1 ? path.replace(/\/+$/, '') : undefined;
}

function misuse(message: string): CountersignError {
  return new CountersignError({ code: 'bad_request', message });
}
