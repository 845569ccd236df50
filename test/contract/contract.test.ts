/** The contract's examples against the schemas of the protocol. Clients in other languages read the same files. */
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { namedSchemas, nameOf } from '../../build/generate/schemas.ts';
import { controlMessage, voteMessage, type VoteStatement } from '../../protocol/approval.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { ROUTES, type Route } from '../../protocol/routes.ts';
import { verifies } from '../helpers/verifies.ts';

type Example = { readonly name: string; readonly accept: boolean; readonly value: unknown };
type Topic = { readonly messages: Readonly<Record<string, readonly Example[]>> };
type Signed = { readonly name: string; readonly message: string; readonly signature: string };
type VoteMessages = {
  readonly publicKey: string;
  readonly votes: readonly (Signed & { readonly statement: VoteStatement })[];
  readonly control: readonly (Signed & {
    readonly purpose: 'unlock' | 'enrol' | 'consent';
    readonly fields: Readonly<Record<string, string>>;
  })[];
};

/** Files of another shape, with tests of their own. */
const OTHERS: ReadonlySet<string> = new Set(['sdk-cases.json', 'vote-message.json', 'wire.json']);

const topics = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.json') && !OTHERS.has(file))
  .map((file) => read(file) as Topic);
const examples = topics.flatMap(({ messages }) => Object.entries(messages));
const schemas = new Map(namedSchemas());

/** The callers say what shape they expect; a wrong one fails the tests below. */
function read(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
}

describe(verifies('repo:contract-holds'), () => {
  for (const [name, cases] of examples) {
    test.each(cases)(`${name}: $name`, ({ accept, value }) => {
      const schema = schemas.get(name);
      expect(schema, `no schema is named ${name}`).toBeDefined();
      expect(schema?.safeParse(value).success).toBe(accept);
    });
  }
});

test(verifies('repo:contract-complete'), () => {
  const covered = new Set(examples.filter(([, cases]) => bothKinds(cases)).map(([name]) => name));
  const wanted = Object.values<Route>(ROUTES).flatMap(({ request, response }) => [
    ...named(request),
    ...named(response),
  ]);
  expect(wanted.length).toBeGreaterThan(20);
  expect(wanted.filter((name) => !covered.has(name) && name !== 'Done')).toEqual([]);
});

function bothKinds(cases: readonly Example[]): boolean {
  return cases.some(({ accept }) => accept) && cases.some(({ accept }) => !accept);
}

function named(schema: z.ZodType | undefined): string[] {
  if (schema === undefined) return [];
  const name = nameOf(schema);
  if (name !== undefined) return [name];
  return schema instanceof z.ZodArray ? named(schema.element as z.ZodType) : [];
}

describe(verifies('repo:vote-bytes'), () => {
  const { publicKey, votes, control } = read('vote-message.json') as VoteMessages;
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });

  test.each(votes)('$name', ({ statement, message, signature }) => {
    expect(voteMessage(statement)).toBe(message);
    expect(verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64'))).toBe(true);
  });

  test.each(control)('$name', ({ purpose, fields, message, signature }) => {
    expect(controlMessage(purpose, fields)).toBe(message);
    expect(verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64'))).toBe(true);
  });
});

test('the order of the fields of a statement does not change what is signed', () => {
  const [first] = (read('vote-message.json') as VoteMessages).votes;
  expect(first).toBeDefined();
  if (first === undefined) return;
  const reversed = Object.fromEntries(Object.entries(first.statement).toReversed()) as VoteStatement;
  expect(voteMessage(reversed)).toBe(first.message);
});

test('every error has words for what it means and what to do', () => {
  for (const [code, { meaning, hint, status }] of Object.entries(ERRORS)) {
    expect(meaning, code).toMatch(/\S/);
    expect(hint, code).toMatch(/\S/);
    expect(status, code).toBeGreaterThanOrEqual(400);
    expect(status, code).toBeLessThan(600);
  }
});
