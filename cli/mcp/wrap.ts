/** `countersign mcp wrap`: stands between a client and a server that it starts, on the streams of this process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';

import { forwardSignals } from '../run/signals.ts';
import { dieOf } from '../run/exit-status.ts';
import { createGuard } from './guard.ts';
import { createLines, type Lines } from './lines.ts';
import { createMediator } from './mediator.ts';

export type WrapOptions = {
  readonly argv: readonly [string, ...string[]];
  readonly name: string | undefined;
  readonly patienceMs: number | undefined;
  readonly socketPath: string;
  readonly start: () => Promise<void>;
  readonly client: { readonly input: Readable; readonly output: Writable };
  readonly trouble: (text: string) => void;
};

/** What shells say of a command that is not there, or cannot be run. */
const NOT_FOUND = 127;
const NOT_RUN = 126;

/** Resolves to the exit code of the server; dies of its signal when it died of one. */
export async function wrap(options: WrapOptions): Promise<number> {
  const { argv, client, trouble } = options;
  const [program, ...args] = argv;
  const signals = forwardSignals();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  signals.to((signal) => void child.kill(signal));
  const failure = startFailure(child);
  const { stdin, stdout } = child;
  // A side that is gone is seen by its end; what was meant for it goes nowhere.
  for (const stream of [stdin, client.output]) stream.on('error', () => undefined);
  const guard = createGuard({
    socketPath: options.socketPath,
    server: options.name ?? serverName(argv),
    launch: argv,
    cwd: process.cwd(),
    root: true,
    patienceMs: options.patienceMs,
    start: options.start,
    onChanged: () => mediator.changed(),
  });
  const mediator = createMediator(guard, {
    toClient: (line) => void (client.output.write(line) || hold(stdout, client.output)),
    toServer: (line) => void (stdin.write(line) || hold(client.input, stdin)),
  }, trouble); // prettier-ignore
  const fail = (error: unknown): void => {
    trouble(String(error));
    child.kill();
  };
  const fromClient = createLines(mediator.fromClient);
  const fromServer = createLines(mediator.fromServer);
  client.input.on('data', (chunk: Buffer) => feed(fromClient, chunk, fail));
  stdout.on('data', (chunk: Buffer) => feed(fromServer, chunk, fail));
  client.input.once('end', () => {
    finish(fromClient, mediator.fromClient);
    void mediator.idle().then(() => stdin.end());
  });
  stdout.once('end', () => finish(fromServer, mediator.fromServer));

  const [code, signal] = (await Promise.race([once(child, 'close'), failure])) as [number | null, NodeJS.Signals | null];
  mediator.end();
  await mediator.idle();
  guard.close();
  signals.stop();
  client.input.destroy();
  await flushed(client.output);
  if (signal !== null) return diedOf(signal);
  return code ?? NOT_RUN;
} // prettier-ignore

/** As a shell says it. */
async function startFailure(child: ChildProcess): Promise<[number, null]> {
  const [error] = (await once(child, 'error')) as [NodeJS.ErrnoException];
  process.stderr.write(`countersign: \`${child.spawnfile}\` cannot be started: ${error.message}\n`);
  return [error.code === 'ENOENT' ? NOT_FOUND : NOT_RUN, null];
}

function feed(lines: Lines, chunk: Buffer, fail: (error: unknown) => void): void {
  try {
    lines.feed(chunk);
  } catch (error) {
    fail(error);
  }
}

/** INVARIANT: a last line without an end is a line: readers take it for one. */
function finish(lines: Lines, onLine: (line: Buffer) => void): void {
  const rest = lines.rest();
  if (rest.length > 0) onLine(Buffer.concat([rest, Buffer.from('\n')]));
}

/** Whoever reads slowly is not written to faster. */
function hold(source: Readable, until: Writable): void {
  source.pause();
  until.once('drain', () => source.resume());
}

function flushed(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (output.writableLength === 0 || output.destroyed) resolve();
    else output.write('', () => resolve());
  });
}

/** So that whoever waits for us sees what they would have seen without us. */
function diedOf(signal: NodeJS.Signals): number {
  dieOf(signal);
  return 128 + constants.signals[signal];
}

/** `npx -y @scope/server-notes@1 --flag` is `server-notes`. */
export function serverName(argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith('-'));
  const runners = /^(?:npx|npm|pnpm|bunx|bun|uvx|uv|pipx|deno|node|python3?|docker|podman|run|exec|x|dlx|env|sh|bash)$/;
  const word = words.find((one) => !runners.test(basename(one))) ?? argv[0] ?? 'server';
  const name = basename(word.replace(/(?<=.)@[^/@]*$/, '')).replace(/\.(?:[cm]?[jt]s|py|jar)$/, '');
  return name.slice(0, 128) || 'server';
}
