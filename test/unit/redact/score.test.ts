import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { Action } from '../../../protocol/action.ts';
import type { Assessment } from '../../../protocol/assessment.ts';
import { assess } from '../../../daemon/engine/assess.ts';
import { readPolicyFolder } from '../../../daemon/policy/folder.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import { verifies } from '../../helpers/verifies.ts';
import { redactor, SHAPED } from './secrets.ts';

const { policy } = loadPolicies(readPolicyFolder(join(import.meta.dirname, '../../../policies/default'), 'built-in'));
/** Every statement here reads. */
const parsers = { sql: () => [{ kind: 'read' as const, objects: [], hasFilter: false }] };
const shared = { cwd: '/home/ada/app', env: { HOME: '/home/ada' }, agent: 'test', session: 's' };
const SECRET = String(SHAPED['github-token']);
const API = 'https://api.github.com';

function judged(action: Action): Assessment {
  const result = assess(action, new Map(), policy, parsers, { final: true });
  if (result.kind !== 'assessed') throw new Error('facts were asked for');
  return result.assessment;
}

const exec = (argv: string[], env = {}): Action => ({ kind: 'exec', argv, stdin: 'null', ...shared, env: { ...shared.env, ...env } }); // prettier-ignore
const shell = (command: string): Action => ({ kind: 'tool', tool: 'Bash', args: { command }, ...shared });

const SAME: readonly Action[] = [
  exec(['curl', '-H', `Authorization: Bearer ${SECRET}`, API]),
  exec(['curl', '-H', 'X-Api-Key: hunter2', API]),
  exec(['curl', '-u', 'ada:hunter2', '-X', 'POST', '-d', `token=${SECRET}`, API]),
  exec(['docker', 'login', '-u', 'ada', '-p', 'hunter2', 'registry.example.com']),
  exec(['psql', 'postgres://u:hunter2@localhost/db', '-c', 'select 1']),
  exec(['psql', 'postgres://u:hunter2@db.prod.example.com/db', '-c', 'select 1']),
  exec(['mysql', '-h', 'localhost', '-phunter2', '-e', 'select 1']),
  exec(['git', 'clone', `https://ada:${SECRET}@github.com/a/b`]),
  exec(['git', 'push', `https://ada:${SECRET}@github.com/a/b`, 'main']),
  exec(['npm', 'config', 'set', `//registry.npmjs.org/:_authToken=${SECRET}`]),
  exec(['env', `TOKEN=${SECRET}`, 'npm', 'test']),
  exec(['npm', 'test'], { GITHUB_TOKEN: SECRET }),
  exec(['bash', '-lc', `curl -H 'Authorization: Bearer ${SECRET}' ${API} | awk '{print $1}'`]),
  exec(['python3', '-c', `import requests; requests.get('${API}', headers={'Authorization': 'Bearer ${SECRET}'})`]),
  exec(['ssh', 'host', `curl -H 'Authorization: Bearer ${SECRET}' ${API}`]),
  exec(['gh', 'api', '-H', `Authorization: token ${SECRET}`, '/user']),
  exec(['git', 'commit', '-m', `rotate ${SECRET}`]),
  exec(['grep', '-rn', SECRET, '.']),
  exec(['curl', '-b', 'session=hunter2; theme=hunter3', API]),
  exec(['curl', '-H', 'Cookie: session=hunter2; theme=hunter3', '-X', 'POST', '-d', 'a=b', API]),
  exec(['curl', '-uada:hunter2', API]),
  exec(['psql', '-h', 'db.prod.example.com', '-c', "ALTER USER ada PASSWORD 'hunter2'"]),
  exec(['mysql', '-e', "create user ada identified by 'hunter2'"]),
  exec(['sqlite3', 'app.db', "PRAGMA key='hunter2'; select 1"]),
  exec(['npm', 'publish', '--otp=123456']),
  exec(['npm', 'publish', '--otp', '123456']),
  exec(['git', 'clone', 'https://hunter2:x-oauth-basic@github.com/a/b']),
  exec(['git', 'push', '--force', 'https://hunter2:x-oauth-basic@github.com/a/b', 'main']),
  exec(['aws', 'configure', 'set', 'aws_secret_access_key', 'hunter2']),
  exec(['gh', 'secret', 'set', 'NAME', '-b', 'hunter2']),
  exec(['gh', 'secret', 'set', 'NAME', '--body', 'hunter2']),
  exec(['ssh-keygen', '-t', 'ed25519', '-N', 'hunter2', '-f', 'key']),
  exec(['openssl', 'rsa', '-passin', 'pass:hunter2', '-in', 'key']),
  exec(['sshpass', '-p', 'hunter2', 'ssh', 'host', 'ls']),
  exec(['htpasswd', '-b', 'file', 'ada', 'hunter2']),
  exec(['vault', 'login', 'hunter2']),
  exec(['docker', 'login', '--password', 'hunter2', 'registry.example.com']),
  shell(`curl -s -b 'session=hunter2; theme=hunter3' ${API} | jq .`),
  shell(`curl -sSuada:hunter2 '${API}?a=1&b=2'`),
  shell("ssh-keygen -t ed25519 -N 'hunter2' -f key && cat key.pub"),
  shell('sshpass -phunter2 ssh host ls'),
  shell('set -x API_TOKEN hunter2; rm -rf build'),
  shell(`export TOKEN=${SECRET}; curl -H "Authorization: Bearer $TOKEN" ${API}`),
  shell('PGPASSWORD=hunter2 psql -h localhost -c "select 1"'),
  shell(`echo ${SECRET}`),
  { kind: 'sql', dialect: 'postgresql', source: "ALTER USER ada PASSWORD 'hunter2'", ...shared },
  { kind: 'http', method: 'GET', url: `${API}/?access_token=${SECRET}`, bodyBytes: 0, ...shared },
  { kind: 'tool', tool: 'Write', args: { file_path: '/home/ada/app/a.txt', content: `TOKEN=${SECRET}` }, ...shared },
];

describe(verifies('redact:same-score'), () => {
  test.each(SAME.map((action) => [JSON.stringify(action).slice(0, 90), action] as const))('%s', (_, action) => {
    const redacted = redactor.redactAction(action);
    expect(redacted.secrets).toBeGreaterThan(0);
    const { score, verdict, findings } = judged(redacted.action);
    const plain = judged(action);
    expect({ score, verdict }).toEqual({ score: plain.score, verdict: plain.verdict });
    expect(findings.map(({ rule }) => rule)).toEqual(plain.findings.map(({ rule }) => rule));
  });
});

describe(verifies('redact:unknown-target'), () => {
  const unknown = judged(shell('rm -rf "$X"')).score;
  test.each([
    'TOKEN=src; rm -rf $TOKEN',
    'TOKEN=src; rm -rf ${TOKEN%%:*}',
    'TOKEN=src IFS=:; rm -rf $TOKEN',
    'rm -rf token=src',
    'TOKEN=src; cp a b; rm -rf "./$TOKEN"',
    'for x in token=src; do rm -rf "$x"; done',
  ])('%s', (command) => {
    const { action, secrets } = redactor.redactAction(shell(command));
    expect(secrets).toBe(1);
    expect(judged(action)).toMatchObject({ verdict: 'escalate' });
    expect(judged(action).score).toBeGreaterThanOrEqual(unknown);
  });

  test('a working folder', () => {
    const { action } = redactor.redactAction({ ...exec(['rm', '-rf', 'src']), cwd: '/home/ada/token=app' });
    expect(judged(action).score).toBeGreaterThanOrEqual(unknown);
  });

  test('a program, an option and what a shell may act on', () => {
    for (const command of ['TOKEN=reboot; $TOKEN', "tool --token 'a;b'", "eval --token 'a&b'", "ssh h --token 'x|y' z"]) {
      const { action } = redactor.redactAction(shell(command));
      expect(judged(action)).toMatchObject({ verdict: 'escalate' });
      expect(judged(action).findings.map(({ rule }) => rule)).toContain('code.opaque');
    }
    const joined = redactor.redactAction(exec(['ssh', 'host', 'tool', '--token', '; reboot'])).action;
    expect(judged(joined)).toMatchObject({ verdict: 'escalate' });
    expect(judged(redactor.redactAction(exec(['tool', '--token', '-9x'])).action)).toMatchObject({ verdict: 'escalate' });
  }); // prettier-ignore
});

test('what destroys everything is seen beside a secret', () => {
  for (const command of [
    `TOKEN=${SECRET} rm -rf /`,
    `echo "TOKEN='$(rm -rf /)'"`,
    "echo 'TOKEN='; rm -rf /; ''",
    "env 'TOKEN='rm -rf /''",
    'secret=/; rm -rf $secret',
    'rm -rf --password ~/',
    "pass='/etc'; rm -rf $pass",
    'alias my-token=rm; my-token -rf /',
    "git -c alias.token='!rm -rf /' token",
  ]) {
    expect(judged(redactor.redactAction(shell(command)).action).score).toBe(judged(shell(command)).score);
  }
});
