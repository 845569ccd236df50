/** What the daemon's log holds, and what never gets into it. */
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';

import { createLog, type Log } from '../../../daemon/log/log.ts';
import { createRedactor } from '../../../daemon/redact/redact.ts';
import { CountersignError } from '../../../protocol/errors.ts';
import { verifies } from '../../helpers/verifies.ts';

/** Enough to find what breaks, on a busy machine as well. */
const RUNS = { numRuns: 40 };

type Line = Readonly<Record<string, unknown>>;

function collected(): { readonly log: Log; readonly text: () => string; readonly lines: () => Line[] } {
  let text = '';
  const { redactText } = createRedactor(randomBytes(32));
  const log = createLog({ sink: { write: (line) => void (text += line) }, redact: redactText });
  const lines = (): Line[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  return { log, text: () => text, lines };
}

test(verifies('log:lines'), () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.jsonValue()), (message, fields) => {
      const { log, text, lines } = collected();
      log.info(message, fields);
      log.part('gate').error('after', { err: new Error(message) });
      expect(lines()).toHaveLength(2);
      expect(lines()[1]).toMatchObject({ part: 'gate', level: 'error', message: 'after' });
      expect(text()).not.toMatch(
        // oxlint-disable-next-line no-control-regex
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\u{e0041}/u,
      );
    }),
    RUNS,
  );
  const { log, text, lines } = collected();
  log.info('a\u2028b\u202ec\u{e0041}d\u001b[31m', {});
  expect(lines()[0]?.['message']).toBe('a\u2028b\u202ec\u{e0041}d\u001b[31m');
  expect(text()).toContain('a\\u2028b\\u202ec\\udb40\\udc41d\\u001b[31m');
});

const SECRETS = fc.constantFrom(
  (random: string) => `ghp_${random.repeat(9).slice(0, 36)}`,
  (random: string) => `AKIA${random.toUpperCase().repeat(4).slice(0, 16)}`,
  (random: string) => `sk_live_${random.repeat(6).slice(0, 24)}`,
);
const SURROUNDINGS = fc.constantFrom(
  (secret: string) => `cannot push to https://me:${secret}@example.org/x.git`,
  (secret: string) => `Authorization: Bearer ${secret}`,
  (secret: string) => `curl -H "X-Api-Key: ${secret}" https://example.org`,
  (secret: string) => `AWS_SECRET_ACCESS_KEY=${secret} aws s3 ls`,
  (secret: string) => `Unexpected token '}', "{"password":"${secret}"}" is not valid JSON`,
  (secret: string) => secret,
);

test(verifies('log:secrets'), () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z2-7]{8}$/), SECRETS, SURROUNDINGS, (random, make, surround) => {
      const secret = make(random);
      const words = surround(secret);
      const { log, text, lines } = collected();
      const inner = Object.assign(new Error(words), { path: words, stdout: secret, code: 'EACCES' });
      const outer = new CountersignError('internal', words, { cause: inner });
      log.error('something failed', {
        err: outer,
        detail: words,
        argv: ['curl', secret],
        env: { TOKEN: secret },
        action: { argv: [secret] },
      });
      log.error('something failed', { err: words, nested: { argv: [secret], env: { A: secret } } });
      log.fatal(words, { err: Object.assign(new AggregateError([inner], words), { request: secret }) });
      log.warn('odd', { err: { toString: () => secret, message: secret } });
      expect(text()).not.toContain(secret);
      expect(lines()[0]).toMatchObject({
        err: { type: 'CountersignError', code: 'internal', cause: { type: 'Error', code: 'EACCES' } },
      });
    }),
    RUNS,
  );
});

test('levels change at once, also for parts, and errors cannot be turned off', () => {
  const { log, lines } = collected();
  const gate = log.part('gate');
  gate.debug('no');
  log.setLevel('debug');
  gate.debug('yes');
  log.setLevel('error');
  gate.warn('no');
  gate.error('yes');
  gate.fatal('yes');
  expect(lines().map(({ level, message }) => `${String(level)} ${String(message)}`)).toEqual([
    'debug yes',
    'error yes',
    'fatal yes',
  ]);
});

test('a circle of causes ends', () => {
  const { log, lines } = collected();
  const error = new Error('round');
  error.cause = error;
  log.error('something failed', { err: error });
  expect(lines()).toHaveLength(1);
});
