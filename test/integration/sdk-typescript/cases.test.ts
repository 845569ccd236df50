/** The cases that every SDK has to pass. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { CountersignError, type Action, type Client, type EvaluateOptions } from '../../../sdk/typescript/src/index.ts';
import { REPOSITORY } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { sdkScene } from './scene.ts';

type Asked = { readonly action: Action; readonly requestId?: string; readonly understands?: readonly string[] };
type Case = {
  readonly name: string;
  readonly before?: Asked;
  readonly request: Asked & Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: {
    readonly verdict?: string;
    readonly status?: number;
    readonly code?: string;
    readonly obligations?: readonly string[];
    readonly error?: 'Denied' | 'ApprovalPending' | 'Error';
  };
};

/** Said over HTTP in ways that the SDK has no words for: other headers and members. */
const NOT_SAYABLE = new Set(['a member nobody knows', 'a callback elsewhere', 'another version of the API']);
const VERDICTS: Readonly<Record<string, readonly string[]>> = { refused: ['deny', 'pending'] };
const ERRORS: Readonly<Record<string, string>> = { Error: 'CountersignError' };

test(verifies('sdk:cases'), { timeout: 180_000 }, async () => {
  // The file is ours; a wrong shape fails below.
  const file = JSON.parse(readFileSync(join(REPOSITORY, 'test/contract/sdk-cases.json'), 'utf8')) as { policy: string; cases: Case[] }; // prettier-ignore
  const { client } = await sdkScene({}, file.policy.replace(/^version: 1\n/, ''));
  const sayable = file.cases.filter(({ name }) => !NOT_SAYABLE.has(name));
  expect(sayable).toHaveLength(file.cases.length - NOT_SAYABLE.size);
  for (const one of sayable) await check(client, one);
});

async function check(client: Client, { name, before, request, expect: wanted }: Case): Promise<void> {
  if (before !== undefined) await client.evaluate(before.action, optionsOf(before));
  const { verdict, obligations = [], error, status } = wanted;
  const seen = await said(client, request);
  // A case that names no code says nothing of it.
  const code = wanted.code ?? seen.code;
  expect(VERDICTS[verdict ?? ''] ?? [verdict], name).toContain(seen.verdict);
  expect(seen, name).toEqual({ verdict: seen.verdict, code, obligations, status });

  // The same under a guard. What a request is called is the guard's own business.
  if (request.requestId !== undefined) return;
  const names = verdict === 'refused' ? ['Denied', 'ApprovalPending'] : [ERRORS[error ?? ''] ?? error];
  const guarded = await guardedCall(client, name, request);
  expect(names, name).toContain(guarded.error);
  expect(guarded.ran, name).toBe(error === undefined);
}

/** What the SDK says of a request, in the words of the file. */
async function said(client: Client, request: Asked) {
  try {
    const { verdict, code, obligations } = await client.evaluate(request.action, optionsOf(request));
    return { verdict, code, obligations: obligations.map(({ kind }) => kind), status: undefined };
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    return { verdict: undefined, code: error.code, obligations: [], status: error.status };
  }
}

async function guardedCall(client: Client, name: string, { action, understands = [] }: Asked) {
  let ran = false;
  const obligations = Object.fromEntries(understands.map((kind) => [kind, (args: []) => args]));
  const guarded = client.guard(() => void (ran = true), { action: () => action, name, approval: 'raise', obligations });
  const error = await guarded().then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof Error ? thrown.name : String(thrown)),
  );
  return { error, ran };
}

function optionsOf({ requestId, understands }: Asked): EvaluateOptions {
  return { ...(requestId && { requestId }), ...(understands && { understands }) };
}
