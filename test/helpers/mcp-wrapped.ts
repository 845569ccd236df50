/** A client that speaks line by line to the test's MCP server, through `countersign mcp wrap`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

import { NODE, REPOSITORY } from './daemon.ts';
import { tempFolder } from './temp.ts';

const SERVER = fileURLToPath(new URL('mcp-server-program.ts', import.meta.url));

export type Line = { readonly text: string; readonly message: Record<string, unknown> };

export type WrappedServer = {
  readonly folder: string;
  readonly process: ChildProcess;
  send(message: unknown): void;
  sendText(text: string): void;
  /** The first line, of those that were not asked for yet, that it holds for. */
  next(wanted: (message: Record<string, unknown>) => boolean): Promise<Line>;
  /** The result or error that answers a request. */
  request(method: string, params?: unknown): Promise<Record<string, unknown>>;
  call(name: string, args?: unknown, meta?: unknown): Promise<{ text: string; isError: boolean; result: Record<string, unknown> }>;
  initialize(client?: string): Promise<void>;
  list(): Promise<string[]>;
  offer(tools: readonly unknown[]): void;
  /** From now on, the exact texts that answer these methods; `$id` stands for the id. */
  says(answers: Readonly<Record<string, string>>): void;
  /** What the server was sent, line by line. */
  heard(): string[];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  stderr(): string;
  /** Everything it printed. */
  stdout(): string;
}; // prettier-ignore

export type WrapOptions = {
  readonly home: string;
  readonly name?: string;
  readonly tools?: readonly unknown[];
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Programs that start it, with their arguments. */
  readonly through?: readonly string[];
};

export const NOTES = { name: 'get_note', description: 'Reads a note.', inputSchema: { type: 'object', properties: { id: { type: 'number' } }, required: ['id'] } }; // prettier-ignore
export const DELETE = { name: 'delete_everything', description: 'Deletes all notes.', inputSchema: { type: 'object' } };

export function wrapServer({ home, name = 'notes', tools = [NOTES, DELETE], options = [], env = {}, folder = tempFolder(), through = [] }: WrapOptions): WrappedServer {
  writeFileSync(`${folder}/tools.json`, JSON.stringify(tools));
  const argv = [...through, NODE, `${REPOSITORY}/cli/main.ts`, 'mcp', 'wrap', '--name', name, ...options, '--', NODE, SERVER, folder];
  const child = spawn(argv[0] ?? NODE, argv.slice(1), {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  let rest = '';
  let stdout = '';
  let stderr = '';
  let next = 0;
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    const pieces = (rest + chunk.toString()).split('\n');
    rest = pieces.pop() ?? '';
    for (const text of pieces) lines.push({ text, message: JSON.parse(text) as Record<string, unknown> });
    for (const look of waiting) look();
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null }));

  const server: WrappedServer = {
    folder,
    process: child,
    sendText: (text) => void child.stdin.write(text),
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    next: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const at = lines.findIndex(({ message }) => wanted(message));
          if (at < 0) return;
          waiting.delete(look);
          resolve(lines.splice(at, 1)[0] as Line);
        };
        waiting.add(look);
        void ended.then(() => waiting.has(look) && reject(new Error(`it ended: ${stderr}`)));
        look();
      }),
    async request(method, params) {
      const id = next++;
      server.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
      return (await server.next((message) => message['id'] === id && message['method'] === undefined)).message;
    },
    async call(tool, args = {}, meta) {
      const answer = await server.request('tools/call', { name: tool, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) });
      const result = (answer['result'] ?? {}) as Record<string, unknown>;
      const [first] = (result['content'] ?? []) as { text?: string }[];
      return { text: first?.text ?? JSON.stringify(answer), isError: result['isError'] === true, result };
    },
    async initialize(client = 'tester') {
      await server.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: client, version: '1' } });
      server.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    },
    async list() {
      const { result } = await server.request('tools/list');
      return (result as { tools: { name: string }[] }).tools.map((tool) => tool.name);
    },
    offer: (offered) => writeFileSync(`${folder}/tools.json`, JSON.stringify(offered)),
    says: (answers) => writeFileSync(`${folder}/says.json`, JSON.stringify(answers)),
    heard: () => (existsSync(`${folder}/heard`) ? readFileSync(`${folder}/heard`, 'utf8').split('\n').slice(0, -1) : []),
    ended,
    stderr: () => stderr,
    stdout: () => stdout,
  };
  return server;
} // prettier-ignore
