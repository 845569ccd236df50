import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Action } from '../../../protocol/action.ts';
import { verifies } from '../../helpers/verifies.ts';
import { NAMED, placed, redactor, SHAPED } from './secrets.ts';

const { redactAction, redactText } = redactor;
const shared = { cwd: '/home/ada/app', env: {}, agent: 'test', session: 's' };
const exec = (argv: string[], more: Partial<typeof shared> = {}): Action => ({ kind: 'exec', argv, stdin: 'null', ...shared, ...more }); // prettier-ignore
const argvOf = (argv: string[]): readonly string[] => {
  const { action } = redactAction(exec(argv));
  return action.kind === 'exec' ? action.argv : [];
};

/** Every kind of action with a text in every field that can hold one. */
function everywhere(text: string): Action[] {
  const context = { prompt: text, reasoning: `because ${text}` };
  const nested = { a: [{ b: text }], note: text };
  return [
    { ...exec(['tool', text, `--x=${text}`]), executable: `/bin/${text}`, context } as Action,
    exec(['sh', '-c', text], { env: { PAGER: text, HOME: '/home/ada' } }),
    { kind: 'tool', tool: 'Bash', args: { command: text, nested }, ...shared, context },
    { kind: 'mcp', server: 'files', tool: 'write', args: nested, ...shared },
    { kind: 'sql', dialect: 'postgresql', source: `select 1 -- ${text}`, host: text, database: text, ...shared },
    { kind: 'http', method: 'GET', url: `https://example.com/?q=${text}`, bodyBytes: 0, ...shared },
    exec(['ls'], { cwd: `/home/ada/${text}` }),
  ];
}

/** What stands round a secret without being part of it. */
const around = fc.string({ unit: fc.constantFrom(' ', '\n', ';', '|', 'a', 'echo ', '"', '(', ')', '&', 'ö', '=', '#'), maxLength: 12 }); // prettier-ignore

describe(verifies('redact:never-survives'), () => {
  test('in any field, with anything around it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(SHAPED)), around, around, (secret, before, after) => {
        for (const action of everywhere(`${before} ${secret} ${after}`)) {
          const redacted = redactAction(action);
          expect(JSON.stringify(redacted.action)).not.toContain(JSON.stringify(secret).slice(1, -1));
          expect(redacted.secrets).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('known only by where it stands', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_+.%^-]{8,60}[A-Za-z0-9]$/).filter((text) => /\d/.test(text));
    fc.assert(
      fc.property(fc.constantFrom(...NAMED), value, around, ([template], secret, before) => {
        for (const action of everywhere(`${before.replaceAll(/["'=]/g, '')}\n${placed(template, secret)}`)) {
          expect(JSON.stringify(redactAction(action).action)).not.toContain(secret);
        }
      }),
    );
  }); // prettier-ignore

  test('as an argument, a variable or a value of its own, whatever it holds', () => {
    const value = fc.string({ unit: 'binary', minLength: 6, maxLength: 60 }).filter((text) => !/^-|^\$[\w{]|⟦|^[~./]/.test(text));
    fc.assert(
      fc.property(value, (secret) => {
        for (const argv of [['tool', '--api-key', secret], ['tool', `--password=${secret}`], ['env', `DB_PASSWORD=${secret}`, 'x'], ['mysql', `-p${secret}`], ['curl', '-u', `ada:${secret}`], ['docker', 'login', '-p', secret], ['curl', `-uada:${secret}`], ['curl', '-sb', `a=${secret.replaceAll(';', '')}`], ['sudo', '-n', 'sshpass', `-p${secret}`], ['gh', 'secret', 'set', 'NAME', `--body=${secret}`], ['/usr/bin/ssh-keygen', '-N', secret], ['aws', 'configure', 'set', 'aws_secret_access_key', secret], ['htpasswd', '-b', 'file', 'ada', secret], ['npm', 'publish', '--otp', secret]]) {
          expect(argvOf(argv).join('\0').includes(secret)).toBe(false);
        }
        const { action } = redactAction({ kind: 'tool', tool: 'x', args: { login: { apiKey: secret, tokens: [{ token: [secret] }] } }, ...shared, env: { PGPASSWORD: secret } });
        expect(JSON.stringify(action).includes(JSON.stringify(secret))).toBe(false);
      }),
    );
  }); // prettier-ignore
});

test('numbers are found as well', () => {
  const args = { pan: 4_111_111_111_111_111, password: 123_456, count: 42 };
  const { action } = redactAction({ kind: 'tool', tool: 'pay', args, ...shared });
  expect(action).toMatchObject({
    args: {
      pan: expect.stringMatching(/^⟦secret:card:/) as string,
      password: expect.stringMatching(/^⟦secret:value:/) as string,
      count: 42,
    },
  });
});

test(`${verifies('redact:harmless')}: arguments`, () => {
  for (const argv of [
    ['docker', 'login', '--password-stdin', '-u', 'ada'], ['docker', 'run', '-p', '8080:80', 'nginx'], ['mysql', '-p', 'db'], ['ssh', '-p', '22', 'host'],
    ['psql', '--password', '-c', 'drop table x'], ['tool', '--password', '$PW'], ['git', 'log', '--author=token'], ['rm', '-rf', 'token'], ['env', 'PWD=/tmp', 'ls'],
    ['curl', '-b', 'jar.txt', 'https://example.com'], ['vault', 'login', '-method=oidc', 'role=dev'], ['ssh-keygen', '-N', '', '-f', 'key'], ['gh', 'secret', 'set', 'API_TOKEN', '--app', 'actions'], ['htpasswd', 'file', 'ada'],
    ['gh', 'auth', 'status', '--show-token', '--hostname', 'github.com'], ['curl', '-u', 'ada', 'https://example.com'],
  ]) expect(argvOf(argv)).toEqual(argv);
}); // prettier-ignore

test(`${verifies('redact:harmless')}: whole actions`, () => {
  for (const action of everywhere('build the docs')) expect(redactAction(action)).toEqual({ action, secrets: 0 });
});

test('names of keys stay, and so does the shape', () => {
  const args = { password: '', token: null, list: [true, { secret: 'x' }], __proto__x: 1 };
  const { action } = redactAction({ kind: 'mcp', server: 's', tool: 't', args, ...shared });
  const placeholder = expect.stringMatching(/^⟦/) as string;
  expect(action).toMatchObject({
    args: { password: '', token: null, list: [true, { secret: placeholder }], __proto__x: 1 },
  });
});

test('what is nested too deeply is hidden as a whole', () => {
  let value: Record<string, unknown> = { x: SHAPED['github-token'] };
  for (let depth = 0; depth < 500; depth += 1) value = { x: value };
  const { action } = redactAction({ kind: 'tool', tool: 't', args: value as never, ...shared });
  expect(JSON.stringify(action)).toMatch(/"⟦secret:nested-active:[0-9a-f]{16}⟧"/);
  expect(JSON.stringify(action)).not.toContain(SHAPED['github-token']);
});

test(`${verifies('redact:idempotent')}: actions`, () => {
  const text = fc.oneof(fc.string(), fc.constantFrom(...NAMED.map(([template]) => placed(template, 'hunter2')), ...Object.values(SHAPED))); // prettier-ignore
  fc.assert(
    fc.property(text, (given) => {
      for (const action of everywhere(given)) {
        const once = redactAction(action);
        expect(redactAction(once.action)).toEqual(once);
      }
    }),
  );
  expect(redactText('')).toBe('');
});
