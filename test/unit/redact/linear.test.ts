import { expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { redactor } from './secrets.ts';

const UNITS = [
  'a=', 'token=', 'token: ', "password='", 'password="', 'password=\\"', 'password="$(', 'token=$', '--token ', '-', '\\', '-----BEGIN PRIVATE KEY-----\n', '-----BEGIN ',
  `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`, 'eyJ', 'eyJaaaaaaaa.', '://:@', 'a://a:', 'https://u:', '@', 'curl ', 'curl -u ', 'mysql -p', 'docker login ', 'Bearer ', 'Bearer a', 'authorization: ',
  '4 ', '4111 ', 'DE89 ', 'AAAA', 'sk-', 'ghp_', 'x_', 'a-', 'a.', '"', "'", '`', '⟦secret:', '⟦secret:a:0123456789abcdef⟧', 'token=⟦secret:a:0123456789abcdef⟧', '\uFFFF', ' ', '\n', 'token', 'curl -b a=', 'curl -b ', 'Cookie: a=b; ', 'cookie: ', 'htpasswd -b ', 'htpasswd -b f u ', 'htpasswd ', 'vault login -a ', 'alter user ', "alter user a password '", 'set password ', "identified by '", "pragma key='", 'set -x ', 'set -x TOKEN ', 'https://a:@', 'ssh-keygen -N ', 'gh secret set ', '&a',
]; // prettier-ignore

/** Large enough that anything worse than linear runs into the time limit of the test. */
const CHARS = 100_000;

test.each(UNITS)(`${verifies('redact:linear')}: %j`, (unit) => {
  const once = redactor.redactText(`token ${unit.repeat(Math.ceil(CHARS / unit.length))}`);
  expect(redactor.redactText(once)).toBe(once);
});
