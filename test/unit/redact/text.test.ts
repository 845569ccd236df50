import fc from 'fast-check';
import { parse } from 'unbash';
import { describe, expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { NAMED, otherKey, placed, redactor, SHAPED } from './secrets.ts';

const { redactText } = redactor;

describe('what is found', () => {
  test.each(Object.entries(SHAPED))('%s', (kind, secret) => {
    expect(redactText(`before ${secret} after`)).toMatch(new RegExp(`^before ⟦secret:${kind}:[0-9a-f]{16}⟧ after$`));
  });

  test.each(NAMED)('%s', (template, kind) => {
    const redacted = redactText(placed(template, 'hunter2'));
    const [before = '', after = ''] = template.split(/(?<![A-Z])S(?![A-Za-z])/);
    expect(redacted.startsWith(`${before}⟦secret:${kind}:`)).toBe(true);
    expect(redacted.endsWith(`⟧${after}`)).toBe(true);
  });

  test.each(['/etc/x', '~/x', '.env', '$%x', 'a$%b', '-Xk9%', 'ab=c,d', 'p@ss', 'it"s', '✓🔑'])('value `%s`', (secret) => {
    expect(redactText(`PASSWORD='${secret}' x`)).toMatch(/^PASSWORD='⟦secret:assignment(?:-active)?:[0-9a-f]{16}⟧' x$/);
  });

  test('only what is written out of a value', () => {
    expect(redactText('PASSWORD="ab$USER!cd"')).toMatch(/^PASSWORD="⟦[^⟧]+⟧\$USER⟦[^⟧]+⟧"$/);
    expect(redactText('curl -b "a=b1; c=d2$USER" x')).toMatch(/^curl -b "a=⟦[^⟧]+⟧; c=⟦[^⟧]+⟧\$USER" x$/);
    expect(redactText(String.raw`PASSWORD='it'\''s' x`)).toMatch(/^PASSWORD='⟦[^⟧]+⟧' x$/);
  });

  test('a name in the value of another', () => {
    expect(redactText('token=--password="x y" z')).toMatch(/^token=⟦[^⟧]+⟧"⟦[^⟧]+⟧" z$/);
  });

  test('the name of what has a shape wins over the name before it', () => {
    expect(redactText(`TOKEN=${SHAPED['github-token']}`)).toMatch(/^TOKEN=⟦secret:github-token:/);
  });
}); // prettier-ignore

const HARMLESS = [
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b', '550e8400-e29b-41d4-a716-446655440000', 'git show 4000123456789012',
  `"integrity": "sha512-${Buffer.alloc(64, 7).toString('base64')}"`, 'docker login --password-stdin', 'docker run -p 8080:80 nginx',
  'mysql -p', 'mysql -u root -p mydb', 'ssh -p 22 host', 'tar -pxf a.tar', 'git log --author=token', 'the token is gone, and the password too',
  'Token: the thing that counts', 'tool --password "$PW" run', 'tool --token ${TOKEN}', 'TOKEN=$(pass show x)', 'TOKEN=`cat f`', 'TOKEN= make',
  'psql --password -h localhost', 'gh auth status --show-token --hostname github.com', 'const token = getToken()', 'let token: string;', 'password = os.environ["PW"]', 'type Token = { token: string }', 'secret: !vault x',
  'password: null', 'PWD=/tmp OLDPWD=/home', 'echo ${TOKEN:-none}', '[ "$TOKEN" = x ]', 'if token == other', 'std::token::x', 'grep -rn password= src/',
  'https://u:$PW@example.com/', 'https://example.com:8080/a@b', 'Authorization: required', 'bearer authentication', 'basic knowledge', 'sk-primary-button-container-fluid',
  'max_tokens: 4096', 'bypass=1', 'compass: north', 'monkey=1', 'token_count=3', 'curl -u ada https://example.com', 'git -c core.askPass=/usr/bin/ask fetch', 'SSH_ASKPASS=/usr/bin/ask ssh host', 'curl -b jar.txt https://example.com', 'curl -b "$JAR" https://example.com', 'Cookie: chocolate', 'gh secret set API_TOKEN < file', 'ssh-keygen -t ed25519 -N "" -f key', 'export API_TOKEN', 'set token to the next', 'vault login -method=oidc role=dev', 'vault login', 'htpasswd file ada', 'grep password "src/a.ts"', 'git clone https://ada@example.com/a.git', 'https://a-long-name-of-a-host-2024.example.com:8080/', 'ssh://git@example.com/a.git', 'create table password (x text)', 'openssl x509 -in a.pem -text', 'order 4000-1234', 'AB12 CD34 EF56 GH78',
]; // prettier-ignore

describe(verifies('redact:harmless'), () => {
  test.each(HARMLESS)('%s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('words', () => {
    const word = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(fc.property(fc.array(word, { maxLength: 30 }), (words) => redactText(words.join(' ')) === words.join(' ')));
  });
}); // prettier-ignore

/** Text that is full of what detectors look for. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('token=', 'password: ', '"', "'", '\\', '$', '`', '(', ')', '{', '}', ';', ' ', '\n', '--api-key ', '://', ':', '@', 'curl -u ', 'mysql -p', 'Bearer ', 'eyJ', '⟦secret:', '⟦', '⟧', '\uFFFF', '-----BEGIN PRIVATE KEY-----'),
      fc.constantFrom(...Object.values(SHAPED)),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join('')); // prettier-ignore

test(verifies('redact:idempotent'), () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const once = redactText(text);
      expect(redactText(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

test(`${verifies('redact:idempotent')}, however long the chain`, () => {
  const text = Array.from({ length: 40 }, (_, at) => `token=password=https://u:${at}@`).join('');
  const once = redactText(text);
  expect(redactText(once)).toBe(once);
});

test(verifies('redact:commitment'), () => {
  const secret = fc.stringMatching(/^[a-zA-Z0-9]{8,40}$/).filter((text) => /\d/.test(text));
  fc.assert(
    fc.property(secret, secret, (one, two) => {
      const seen = redactText(`TOKEN=${one} x`);
      expect(redactText(`y; TOKEN="${one}"`)).toContain(/⟦.*⟧/.exec(seen)?.[0]);
      expect(otherKey.redactText(`TOKEN=${one} x`)).not.toBe(seen);
      expect(redactText(`TOKEN=${two} x`) === seen).toBe(one === two);
    }),
  );
});

test(verifies('redact:plain-word'), () => {
  const placeholder = redactText(String(SHAPED['github-token']));
  const command = parse(`echo ${placeholder} x`).commands[0]?.command;
  const words = command?.type === 'Command' ? command.suffix : [];
  expect(words).toMatchObject([{ value: placeholder }, { value: 'x' }]);
  expect(words[0]).not.toHaveProperty('parts.0');
});

describe(verifies('redact:hides-no-code'), () => {
  test.each([
    `echo "TOKEN='$(rm -rf /)'"`,
    'echo "TOKEN=\'`reboot`\'"',
    "echo 'TOKEN='; rm -rf /; ''",
    "env 'TOKEN='rm -rf /''",
    "echo 'TOKEN=';{rm,-rf,/};''",
    "select ' token = '; drop table users; select ' '",
    'TOKEN=x; rm -rf /',
    'TOKEN=x rm -rf /',
    'curl -u a:x; rm -rf /',
    'https://u:$(reboot)@example.com/',
  ])('%s', (text) => {
    const commands = /rm -rf \/|reboot|rm,-rf|drop table users/.exec(text)?.[0] ?? '';
    expect(redactText(text)).toContain(commands);
  });

  test('a value that a shell may act on says so', () => {
    for (const value of ["'a;b'", "'a b'", "'a$b'", '"a\\b"', '-9x']) {
      expect(redactText(`tool --token ${value}`)).toMatch(/⟦secret:password-active:/);
    }
    expect(redactText("tool --token 'a/b+c=='")).toMatch(/⟦secret:password:/);
  });
});
