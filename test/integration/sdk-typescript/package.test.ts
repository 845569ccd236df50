/** What `npm pack` makes: its contents, and that it installs, imports and is typed wherever it may be used. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { npm } from '../../../build/test/npm.ts';
import { eventually, NODE, REPOSITORY } from '../../helpers/daemon.ts';
import { apiScene, voteOn } from '../../helpers/http.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const PACKAGE = join(REPOSITORY, 'sdk/typescript');
const TSC = join(REPOSITORY, 'node_modules/.bin/tsc');
const ENTRIES = ['ai', 'langchain', 'mcp', 'openai-agents'];

/** Compiles only when the types are as they should be. */
const CONSUMER = `
import { ApprovalPending, createClient, Denied, guard, type Answer, type GuardOptions, type Session } from '@countersign/sdk';
import { guardTools as ai } from '@countersign/sdk/ai';
import { guardTools as langchain } from '@countersign/sdk/langchain';
import { guardTools as openai } from '@countersign/sdk/openai-agents';
import { guardClient } from '@countersign/sdk/mcp';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isSame = <A, B>(_: Same<A, B>): void => undefined;

async function remove(path: string, options?: { force: boolean }): Promise<number> {
  return path.length + (options?.force === true ? 1 : 0);
}
const guarded = guard(remove, { policy: 'careful', approval: 'raise', timeoutMs: 1_000, agent: 'a', redact: ['path'] });
isSame<typeof guarded, typeof remove>(true);

const count = guard((text: string) => text.length, { name: 'count' });
isSame<typeof count, (this: unknown, text: string) => Promise<number>>(true);
async function* lines(path: string): AsyncGenerator<string, number> {
  yield path;
  return 1;
}
const streamed = guard(lines);
isSame<typeof streamed, typeof lines>(true);
async function same<T>(value: T): Promise<T> {
  return value;
}
const generic: number = await guard(same)(7);

// @ts-expect-error an argument is missing
void guarded();
// @ts-expect-error it is a string
void count(7);
// @ts-expect-error there is no such way to ask
guard(remove, { approval: 'maybe' });
// @ts-expect-error a handler returns arguments of the tool
guard(remove, { obligations: { 'dry-run': () => [7] } });
guard(remove, {
  action: (path, options) => ({ kind: 'exec', argv: ['rm', path, String(options?.force)] }),
  obligations: { 'row-limit': ([path], { rows }) => [path.slice(rows)], 'redact-output': (result) => result + 1 },
});

const tools = { remove: { description: 'removes', execute: async (input: { path: string }) => input.path.length } };
const kept = ai(tools);
isSame<typeof kept, typeof tools>(true);
class Tool {
  name = 'remove';
  async invoke(input: string): Promise<number> {
    return input.length;
  }
}
const many = langchain([new Tool()]);
isSame<typeof many, Tool[]>(true);
const fn = { type: 'function', name: 'f', invoke: async (_context: object, input: string) => input } as const;
const same1 = openai([fn] as const);
isSame<typeof same1, readonly [typeof fn]>(true);
class Client {
  async callTool(params: { name: string }): Promise<{ content: unknown[] }> {
    return { content: [params] };
  }
}
isSame<ReturnType<typeof guardClient<Client>>, Client>(true);

export async function main(): Promise<Answer> {
  const client = createClient({ url: 'unix:/tmp/agent.sock', failOpen: 'observe', loop: { same: 3 } });
  const session: Session = await client.session({ agent: 'a' });
  session.record({ type: 'usage', inputTokens: 1 });
  // @ts-expect-error usage has no text
  session.record({ type: 'usage', text: 'x' });
  const options: GuardOptions<typeof remove> = {};
  try {
    await client.guard(remove, options)('x');
  } catch (error) {
    if (error instanceof Denied) console.log(error.code, error.score.toFixed(), error.findings[0]?.rule, generic);
    if (error instanceof ApprovalPending) console.log(error.approval, error.expiresAt);
  }
  return client.evaluate({ kind: 'sql', source: 'select 1' }, { waitMs: 0, understands: ['row-limit'] });
}
`;

async function run(
  program: string,
  words: readonly string[],
  cwd: string,
  more: NodeJS.ProcessEnv = {},
): Promise<string> {
  try {
    return (await promisify(execFile)(program, words, { cwd, env: { ...process.env, ...more } })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${words.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

test(verifies('sdk:typescript-package'), { timeout: 180_000 }, async () => {
  const folder = tempFolder();
  const [packed] = JSON.parse(await npm(['pack', '--json', '--pack-destination', folder], PACKAGE)) as [Packed];
  const names = packed.files.map(({ path }) => path);
  expect(names).toEqual(
    expect.arrayContaining(['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
  );
  expect(names.filter((name) => !/^(README\.md|LICENSE|package\.json|dist\/[a-z-]+\.(js|d\.ts))$/.test(name))).toEqual(
    [],
  );
  const root = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string };
  expect(packed.version).toBe(root.version);

  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await npm(['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)], folder);
  const installed = JSON.parse(await npm(['ls', '--all', '--json'], folder)) as { dependencies: object };
  expect(Object.keys(installed.dependencies)).toEqual(['@countersign/sdk']);

  writeFileSync(join(folder, 'esm.mjs'), `import * as sdk from '@countersign/sdk';\nconsole.log(JSON.stringify(Object.keys(sdk)));\n${ENTRIES.map((entry) => `await import('@countersign/sdk/${entry}');`).join('\n')}`); // prettier-ignore
  writeFileSync(join(folder, 'cjs.cjs'), `const { guard, Denied } = require('@countersign/sdk');\nimport('@countersign/sdk').then((sdk) => console.log(guard.name, sdk.Denied === Denied));`); // prettier-ignore
  expect(JSON.parse(await run(NODE, ['esm.mjs'], folder))).toEqual([
    'ApprovalPending',
    'CountersignError',
    'DaemonUnavailable',
    'Denied',
    'LoopDetected',
    'createClient',
    'defaultClient',
    'evaluate',
    'flush',
    'guard',
    'outcome',
    'record',
    'refusalText',
    'session',
  ]);
  expect(await run(NODE, ['cjs.cjs'], folder)).toBe('guard true\n');

  await readme(folder);
  for (const [module, moduleResolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
    ['nodenext', 'nodenext'],
  ] as const) {
    await typeCheck(join(folder, moduleResolution), { module, moduleResolution });
  }
});

type Packed = {
  readonly filename: string;
  readonly version: string;
  readonly files: readonly { readonly path: string }[];
};

/** The first agent of the README, as it is printed there: with a yes, with a no, and without a daemon. */
async function readme(folder: string): Promise<void> {
  const text = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  writeFileSync(join(folder, 'agent.mjs'), /^```js\n(.*?)^```$/ms.exec(text)?.[1] ?? '');
  const scene = await apiScene();
  const agent = () => run(NODE, ['agent.mjs'], folder, { COUNTERSIGN_HOME: scene.daemon.home });
  for (const [decision, said] of [
    ['approve', /^customer 7 is Ada\ncustomer 7 is deleted\n$/],
    ['deny', /^customer 7 is Ada\nThe tool was not run: denied, a human denied this action[^]*next: /],
  ] as const) {
    const running = agent();
    const id = await eventually(async () => (await scene.daemon.control.call('pending'))[0]?.id, 'a question');
    await voteOn(scene, id, decision);
    expect(await running).toMatch(said);
  }
  await scene.daemon.stop();
  expect((await agent()).match(/^The tool was not run: the Countersign daemon does not answer/gm)).toHaveLength(2);
}

/** With everything strict, and with the types of the package looked at too. */
async function typeCheck(folder: string, resolution: Readonly<Record<string, string>>): Promise<void> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
  const typeRoots = [join(REPOSITORY, 'node_modules/@types')];
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
  };
  const compilerOptions = { ...strict, ...resolution, target: 'es2022', noEmit: true, types: ['node'], typeRoots };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['consumer.ts'] }));
  expect(await run(TSC, ['-p', folder], folder)).toBe('');
}
