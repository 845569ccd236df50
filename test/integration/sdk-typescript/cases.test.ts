/** The cases that every SDK has to pass. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { Client } from '../../../sdk/typescript/src/index.ts';
import type { Action, EvaluateOptions } from '../../../sdk/typescript/src/index.ts';
import { REPOSITORY } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { sdkScene, thrownBy } from './scene.ts';

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
  const { verdict, code, obligations = [], error, status } = wanted;
  if (status === undefined) {
    const answer = await client.evaluate(request.action, optionsOf(request));
    expect(VERDICTS[verdict ?? ''] ?? [verdict], name).toContain(answer.verdict);
    expect({ code: answer.code, obligations: answer.obligations.map(({ kind }) => kind) }, name) //
      .toEqual({ code: code ?? answer.code, obligations });
  } else {
    const refused = await thrownBy(() => client.evaluate(request.action, optionsOf(request)));
    expect(refused, name).toMatchObject({ name: 'CountersignError', code, status });
  }

  // The same under a guard. What a request is called is the guard's own business.
  if (request.requestId !== undefined) return;
  let ran = 0;
  const honoured = Object.fromEntries((request.understands ?? []).map((kind) => [kind, (args: []) => args]));
  const guarded = client.guard(() => void (ran += 1), {
    action: () => request.action,
    name,
    approval: 'raise',
    obligations: honoured,
  });
  if (error === undefined) await guarded();
  else {
    const refused = await thrownBy(guarded);
    // A machine that is busy with the first may still refuse the second; what counts is which of the two.
    const names = verdict === 'refused' ? ['Denied', 'ApprovalPending'] : [ERRORS[error] ?? error];
    expect(names, name).toContain(refused.name);
  }
  expect(ran, name).toBe(error === undefined ? 1 : 0);
}

function optionsOf({ requestId, understands }: Asked): EvaluateOptions {
  return { ...(requestId && { requestId }), ...(understands && { understands }) };
}
