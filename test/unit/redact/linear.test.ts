import { performance } from 'node:perf_hooks';

import { expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { redactor } from './secrets.ts';

const UNITS = [
  'a=', 'token=', 'token: ', "password='", 'password="', 'password=\\"', 'password="$(', 'token=$', '--token ', '-', '\\', '-----BEGIN PRIVATE KEY-----\n', '-----BEGIN ',
  `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`, 'eyJ', 'eyJaaaaaaaa.', '://:@', 'a://a:', 'https://u:', '@', 'curl ', 'curl -u ', 'mysql -p', 'docker login ', 'Bearer ', 'Bearer a', 'authorization: ',
  '4 ', '4111 ', 'DE89 ', 'AAAA', 'sk-', 'ghp_', 'x_', 'a-', 'a.', '"', "'", '`', '⟦secret:', '⟦secret:a:0123456789abcdef⟧', 'token=⟦secret:a:0123456789abcdef⟧', '\uFFFF', ' ', '\n', 'token',
]; // prettier-ignore

/** The least of a few runs, which other work on the machine disturbs least. */
function cost(text: string): number {
  const runs = Array.from({ length: 3 }, () => {
    const from = performance.now();
    redactor.redactText(text);
    return performance.now() - from;
  });
  return Math.min(...runs);
}

/** Eight times the text: eight times the cost when linear, sixty-four when quadratic. */
const TIMES = 8;
const BOUND = 30;

test.each(UNITS)(`${verifies('redact:linear')}: %j`, (unit) => {
  const short = `token ${unit.repeat(Math.ceil(12_500 / unit.length))}`;
  const long = `token ${unit.repeat(Math.ceil((TIMES * 12_500) / unit.length))}`;
  cost(short);
  // Less than this measures the clock and not the text.
  expect(cost(long)).toBeLessThan(BOUND * Math.max(cost(short), 2));
});
