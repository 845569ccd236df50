/** The cases that every SDK has to pass, against the daemon itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { REPOSITORY } from '../../helpers/daemon.ts';
import { apiScene, type Caller } from '../../helpers/http.ts';
import { verifies } from '../../helpers/verifies.ts';

type Case = {
  readonly name: string;
  readonly before?: unknown;
  readonly request: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: {
    readonly verdict?: 'allow' | 'deny' | 'pending' | 'refused';
    readonly status?: number;
    readonly code?: string;
    readonly obligations?: readonly string[];
    readonly error?: 'Denied' | 'ApprovalPending' | 'Error';
  };
};

const CLASSES: Readonly<Record<string, readonly string[]>> = { refused: ['deny', 'pending'] };

test(verifies('agent-api:sdk-cases'), { timeout: 180_000 }, async () => {
  // The file is ours; a wrong shape fails below.
  const file = JSON.parse(readFileSync(join(REPOSITORY, 'test/contract/sdk-cases.json'), 'utf8')) as { policy: string; cases: Case[] }; // prettier-ignore
  expect(file.cases.length).toBeGreaterThanOrEqual(25);
  const { call } = await apiScene({ policy: file.policy.replace(/^version: 1\n/, '') });
  for (const one of file.cases) await check(call, one);
});

async function check(call: Caller, { name, before, request, headers = {}, expect: wanted }: Case): Promise<void> {
  const evaluate = (body: unknown) => call('POST', '/agent/actions/evaluate', { body, headers });
  if (before !== undefined) await evaluate(before);
  const first = await evaluate(request);
  const { status, body } = await settled(call, first);
  const found = (body['obligations'] ?? []) as readonly { readonly kind: string }[];
  const seen = { status, code: body['code'], obligations: found.map(({ kind }) => kind) };
  // A case that names no code says nothing of it.
  const code = wanted.code ?? seen.code;
  expect(seen, name).toEqual({ status: wanted.status ?? 200, code, obligations: wanted.obligations ?? [] });
  const wantedVerdicts = CLASSES[wanted.verdict ?? ''] ?? [wanted.verdict];
  expect(wantedVerdicts, name).toContain(body['verdict']);
  expect(wanted.error === undefined, name).toBe(wanted.verdict === 'allow');
}

/** A machine that is busy says first that it is still judging. */
async function settled(call: Caller, first: Awaited<ReturnType<Caller>>): Promise<Awaited<ReturnType<Caller>>> {
  const { verdict, approval, requestId } = first.body;
  if (verdict !== 'pending' || approval !== undefined) return first;
  return settled(call, await call('GET', `/agent/requests/${String(requestId)}`));
}
