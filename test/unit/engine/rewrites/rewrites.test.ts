import { describe, expect, test } from 'vitest';

import type { Target } from '../../../../protocol/effect.ts';
import { withLease } from '../../../../daemon/engine/rewrites/git-lease.ts';
import { inShell, onlyCommandOf } from '../../../../daemon/engine/rewrites/in-shell.ts';
import { kubectlDryRun, terraformPlan } from '../../../../daemon/engine/rewrites/rehearsals.ts';
import { sqlCount } from '../../../../daemon/engine/rewrites/sql-count.ts';
import { verifies } from '../../../helpers/verifies.ts';

const words = (line: string): string[] => line.split(' ');
const table = (name: string): Target => ({ kind: 'table', name });

describe(verifies('rewrites:lease'), () => {
  test.each([
    ['git push --force', 'git push --force-with-lease'],
    ['git push -f origin main', 'git push --force-with-lease origin main'],
    ['git -C x push -uf origin main', 'git -C x push --force-with-lease -u origin main'],
    ['git push origin +main', 'git push --force-with-lease origin main'],
    ['git push -o -f --force origin', 'git push --force-with-lease -o -f origin'],
    ['git push --force -- origin +a b', 'git push --force-with-lease -- origin a b'],
  ])('%s', (given, expected) => expect(withLease(words(given))).toEqual(words(expected)));

  test.each(['git push origin main', 'git push --force-with-lease', 'git push -o +x origin', 'git status'])(
    '%s stays',
    (given) => expect(withLease(words(given))).toBeUndefined(),
  );
});

describe(verifies('rewrites:rehearse'), () => {
  test.each([
    ['kubectl delete ns a', 'kubectl delete ns a --dry-run=server'],
    ['kubectl -n b delete pod a -- x', 'kubectl -n b delete pod a --dry-run=server -- x'],
  ])('%s', (given, expected) => expect(kubectlDryRun(words(given))).toEqual(words(expected)));

  test.each([
    ['terraform destroy -auto-approve', 'terraform plan -destroy'],
    ['terraform -chdir=infra apply -auto-approve -var a=b', 'terraform -chdir=infra plan -var a=b'],
    ['tofu apply --auto-approve=true -target=x.y -state-out=f', 'tofu plan -target=x.y'],
  ])('%s', (given, expected) => expect(terraformPlan(words(given))).toEqual(words(expected)));

  test('a plan that was saved, and what changes nothing, stay', () => {
    expect(terraformPlan(words('terraform apply -auto-approve plan.out'))).toBeUndefined();
    expect(terraformPlan(words('terraform show'))).toBeUndefined();
    expect(kubectlDryRun(words('kubectl delete ns a --dry-run=client'))).toBeUndefined();
  });
});

describe(verifies('rewrites:count'), () => {
  const COUNT = 'SELECT count(*) AS rows_that_would_change FROM users';

  test.each([
    [['psql', '-d', 'shop', '-c', 'DELETE FROM users'], ['psql', '-d', 'shop', '-c', `BEGIN READ ONLY; ${COUNT}; ROLLBACK`]],
    [['psql', '--command=delete from users;', 'shop'], ['psql', `--command=BEGIN READ ONLY; ${COUNT}; ROLLBACK`, 'shop']],
    [['mysql', '-e', 'UPDATE users SET a = 1', 'shop'], ['mysql', '-e', `START TRANSACTION READ ONLY; ${COUNT}; ROLLBACK`, 'shop']],
    [['mariadb', '-eDELETE FROM users'], ['mariadb', `-eSTART TRANSACTION READ ONLY; ${COUNT}; ROLLBACK`]],
    [['sqlite3', 'shop.db', 'DELETE FROM users'], ['sqlite3', 'shop.db', COUNT]],
  ])('%j', (given, expected) => expect(sqlCount(given, [table('users')])).toEqual(expected)); // prettier-ignore

  test('what is not one plain statement on one table stays', () => {
    const one = ['psql', '-c', 'DELETE FROM users'];
    expect(sqlCount(one, [table('users; DROP TABLE x')])).toBeUndefined();
    expect(sqlCount(one, [table('users'), table('orders')])).toBeUndefined();
    expect(sqlCount(one, [])).toBeUndefined();
    expect(sqlCount(['psql', '-c', 'DELETE FROM users; DROP TABLE x'], [table('users')])).toBeUndefined();
    expect(sqlCount([...one, '-c', 'DELETE FROM orders'], [table('users')])).toBeUndefined();
    expect(sqlCount(['psql', '-f', 'all.sql'], [table('users')])).toBeUndefined();
    expect(sqlCount(['clickhouse', '-c', 'DELETE FROM users'], [table('users')])).toBeUndefined();
  });
});

describe(verifies('rewrites:in-shell'), () => {
  const handed = (text: string, shell = 'bash') => ({
    kind: 'exec' as const,
    argv: [shell, '-c', text],
    cwd: '/w',
    env: {},
    agent: 'a',
    session: 's',
    stdin: 'null' as const,
  });
  const only = (argv: readonly string[], via = ['bash']) => ({
    program: argv[0] ?? '',
    argv: [...argv],
    cwd: '/w',
    via,
    dynamic: false,
  });

  test.each([
    ['git push -f origin main', ['git', 'push', '-f', 'origin', 'main']],
    [`psql -c "DELETE FROM users" 'my db'`, ['psql', '-c', 'DELETE FROM users', 'my db']],
    [`git push -f 'a'"b"c`, ['git', 'push', '-f', 'abc']],
  ])('%s is one command', (text, argv) => expect(onlyCommandOf(handed(text), only(argv))).toBe(text));

  test.each([
    ['git push -f > log', ['git', 'push', '-f']],
    ['A=1 git push -f', ['git', 'push', '-f']],
    ['git push -f $(whoami)', ['git', 'push', '-f', '$(whoami)']],
    ['git push -f; ls', ['git', 'push', '-f']],
    ['git push -f &', ['git', 'push', '-f']],
    ['rm *.o', ['rm', '*.o']],
    ['rm ~/x', ['rm', '~/x']],
    ['rm {a,b}', ['rm', '{a,b}']],
    ['rm "$x"', ['rm', '$x']],
    ['(rm x)', ['rm', 'x']],
    ['rm x # y', ['rm', 'x']],
  ])('%s is more than one command with its words', (text, argv) =>
    expect(onlyCommandOf(handed(text), only(argv))).toBeUndefined(),
  );

  test('other wrappers, and a shell that is given more, stay', () => {
    expect(onlyCommandOf(handed('rm x'), only(['rm', 'x'], ['bash', 'sudo']))).toBeUndefined();
    expect(onlyCommandOf({ ...handed('rm x'), argv: ['bash', '-lc', 'rm x'] }, only(['rm', 'x']))).toBeUndefined();
    expect(onlyCommandOf({ ...handed('rm x'), argv: ['bash', '-c', 'rm x', 'y'] }, only(['rm', 'x']))).toBeUndefined();
  });

  test('the safer form goes back into the shell, and the same command stays as it was written', () => {
    const push = handed(`git  push -f "a b"`);
    const argv = ['git', 'push', '-f', 'a b'];
    expect(inShell(push, only(argv), ['git', 'push', '--force-with-lease', `a b`, `it's`])).toEqual([
      'bash',
      '-c',
      `git push --force-with-lease 'a b' 'it'\\''s'`,
    ]);
    expect(inShell(push, only(argv), argv)).toEqual(push.argv);
  });
});
