/** A guarded shell that plays the agent: one line in, its output and exit code out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Context } from '../context.ts';

export type Answer = { readonly output: string; readonly exitCode: number };

export type AgentShell = {
  run(line: string): Promise<Answer>;
  end(): Promise<void>;
};

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const DONE = 'countersign-demo-done';

export function startAgentShell({ env, cwd }: Context, agent: string): AgentShell {
  // By its path, so that the commands are judged and not the shell that types them.
  const argv = [MAIN, 'run', '--name', agent, '--', '/bin/sh'];
  const shell = spawn(process.execPath, argv, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  shell.stdout.setEncoding('utf8');
  shell.stderr.setEncoding('utf8');
  const exited = once(shell, 'exit');
  let complaint = '';
  shell.stderr.on('data', (text: string) => (complaint += text));
  shell.stdin.write('exec 2>&1\n');
  return {
    run: (line) =>
      new Promise((resolve, reject) => {
        let text = '';
        const stop = (): void => {
          shell.stdout.off('data', onText);
          shell.off('exit', onExit);
        };
        const onExit = (): void => {
          stop();
          reject(new Error(`the guarded shell ended: ${complaint.trim()}`));
        };
        const onText = (chunk: string): void => {
          text += chunk;
          const match = new RegExp(`^([\\s\\S]*?)${DONE} (\\d+)\\n`).exec(text);
          if (match === null) return;
          stop();
          resolve({ output: (match[1] ?? '').trimEnd(), exitCode: Number(match[2]) });
        };
        shell.stdout.on('data', onText);
        shell.once('exit', onExit);
        shell.stdin.write(`${line}\necho ${DONE} $?\n`);
      }),
    async end() {
      shell.stdin.end();
      await exited;
    },
  };
}
