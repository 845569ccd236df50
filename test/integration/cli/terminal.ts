/** A program on a pseudo-terminal, as a person would see and type it. */
import { spawn } from 'node-pty';
import { onTestFinished } from 'vitest';

import { eventually, NODE } from '../../helpers/daemon.ts';

export type TestTerminal = {
  /** Everything it wrote so far. */
  text(): string;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  shows(what: string | RegExp): Promise<string>;
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
};

export type TerminalOptions = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

export function onTerminal(args: readonly string[], { cwd, env }: TerminalOptions): TestTerminal {
  const terminal = spawn(NODE, [...args], { cwd, env: { TERM: 'xterm', ...env }, cols: 120, rows: 40 });
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
    text: () => text,
    type: (keys) => terminal.write(keys),
    resize: (columns, rows) => terminal.resize(columns, rows),
    shows: async (what) => {
      const found = (): boolean => (typeof what === 'string' ? text.includes(what) : what.test(text));
      return eventually(
        () => (found() ? text : undefined),
        `\`${String(what)}\` to be shown; saw ${text.slice(-2_000)}`,
      );
    },
    ended,
  };
}
