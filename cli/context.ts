/** What every command is given: where things are, the clients, and where to write. */
import { homedir } from 'node:os';

import { resolvePaths, type Paths } from '../protocol/paths.ts';
import {
  createAgentClient,
  createControlClient,
  type AgentClient,
  type ControlClient,
} from '../sdk/typescript/client.ts';
import { printableJson } from './terminal/printable.ts';
import { sinkText } from './terminal/sink.ts';
import { createStyle, type Style } from './terminal/style.ts';

export type Context = {
  readonly paths: Paths;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly style: Style;
  readonly agent: AgentClient;
  readonly control: ControlClient;
  /** A line for the person or the program that reads standard output. */
  print(text: string): void;
  /** One JSON document on one line. */
  printJson(value: unknown): void;
  /** A line about what is going on, on standard error. */
  note(text: string): void;
};

export type ContextInput = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
};

export function createContext({ env = process.env, cwd = process.cwd() }: ContextInput = {}): Context {
  const paths = resolvePaths({ env, platform: process.platform, homedir: env['HOME'] ?? homedir() });
  const { stdin, stdout, stderr } = process;
  return {
    paths,
    env,
    cwd,
    stdin,
    stdout,
    stderr,
    style: createStyle(stdout.isTTY === true && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb'),
    agent: createAgentClient({ socketPath: paths.agentSocket }),
    control: createControlClient({ socketPath: paths.controlSocket, intent: process.argv.slice(2).join(' ') }),
    print: (text) => void stdout.write(`${sinkText(text)}\n`),
    printJson: (value) => void stdout.write(`${printableJson(value)}\n`),
    note: (text) => void stderr.write(`countersign: ${sinkText(text)}\n`),
  };
}
