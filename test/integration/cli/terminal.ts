/** A program on a pseudo-terminal, as a person would see and type it. */
import { stripVTControlCharacters } from 'node:util';

import { spawn } from 'node-pty';
import { onTestFinished } from 'vitest';

import { eventually, NODE } from '../../helpers/daemon.ts';

export type TestTerminal = {
  /** Everything it wrote so far, colours and cursor movements left out. */
  text(): string;
  /** What it drew last. */
  screen(): string;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  readonly pid: number;
  shows(what: string): Promise<void>;
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
};

const CURSOR_HOME = '\u001b[H';

export type TerminalOptions = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly program?: string;
};

export function onTerminal(args: readonly string[], { cwd, env, program = NODE }: TerminalOptions): TestTerminal {
  const terminal = spawn(program, [...args], { cwd, env: { TERM: 'xterm', ...env }, cols: 120, rows: 40 });
  let text = '';
  let alive = true;
  terminal.onData((data) => (text += data));
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      alive = false;
      resolve({ exitCode, signal });
    });
  });
  onTestFinished(() => {
    if (alive) terminal.kill('SIGKILL');
  });
  return {
    text: () => stripVTControlCharacters(text),
    screen: () => stripVTControlCharacters(text.slice(text.lastIndexOf(CURSOR_HOME))),
    type: (keys) => terminal.write(keys),
    pid: terminal.pid,
    resize: (columns, rows) => terminal.resize(columns, rows),
    shows: async (what) => {
      const found = (): boolean => stripVTControlCharacters(text).includes(what);
      await eventually(() => (found() ? true : undefined), `\`${what}\` to be shown`);
    },
    ended,
  };
}
