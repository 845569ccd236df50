/** What Codex says of hooks, asked over JSON-RPC. It computes the hash that it will trust. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { z } from 'zod';

import type { CodexHook } from '../../shims/connect/clients/codex.ts';

/** A first start unpacks things. */
const ANSWER_MS = 30_000;

const Answer = z.object({
  id: z.number().optional(),
  error: z.object({ message: z.string() }).optional(),
  result: z.unknown().optional(),
});
const Listed = z.object({
  data: z.array(
    z.object({
      hooks: z.array(
        z.object({ key: z.string(), command: z.string().nullish(), currentHash: z.string(), trustStatus: z.string() }),
      ),
    }),
  ),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Of a `hooks.json` that is not there yet: in a folder of its own, so that nothing of the person's is touched. */
export async function hashesOf(program: string, hooksJson: string, env: Environment): Promise<readonly CodexHook[]> {
  const home = mkdtempSync(join(tmpdir(), 'countersign-codex-'));
  try {
    writeFileSync(join(home, 'hooks.json'), hooksJson, { mode: 0o600 });
    return await listHooks(program, { ...env, CODEX_HOME: home });
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** With the environment that Codex has when a person starts it. */
export async function listHooks(program: string, env: Environment): Promise<readonly CodexHook[]> {
  const result = Listed.parse(await ask(program, env));
  return result.data.flatMap(({ hooks }) => hooks).map(({ command, ...hook }) => ({ ...hook, command: command ?? '' }));
}

function ask(program: string, env: Environment): Promise<unknown> {
  const child = spawn(program, ['app-server'], { env, stdio: ['pipe', 'pipe', 'ignore'], cwd: '/' });
  const say = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  return new Promise<unknown>((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error('Codex does not answer')), ANSWER_MS);
    const end = (): void => clearTimeout(patience);
    child.stdin.on('error', () => undefined);
    child.once('error', (cause) => reject(new Error('Codex cannot be started', { cause })));
    child.once('close', () => {
      end();
      reject(new Error('Codex ended without an answer'));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { id, error, result } = answerIn(line);
      if (error !== undefined) reject(new Error(`Codex refuses: ${error.message}`));
      else if (id === 1) {
        say({ method: 'initialized' });
        say({ id: 2, method: 'hooks/list', params: { cwds: ['/'] } });
      } else if (id === 2) resolve(result);
    });
    say({ id: 1, method: 'initialize', params: { clientInfo: { name: 'countersign', version: '1' } } });
  }).finally(() => child.kill());
}

/** Notices between the answers are none. */
function answerIn(line: string): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(line));
  } catch {
    // Not a message of the protocol.
    return {};
  }
}
