/** What programs given on the command line put together, tell their clients, and print. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { exec, isOpaque, lines, shell } from './follow.ts';

function touched(argv: readonly string[], kind: string): readonly string[] {
  const effects = exec(argv).flatMap(({ ownEffects }) => ownEffects.filter((effect) => effect.kind === kind));
  return effects.flatMap(({ targets }) => targets.map(({ name, dynamic }) => (dynamic ? `‹${name}›` : name)));
}

describe(verifies('understand:static-text'), () => {
  test.each([
    [['python3', '-c', 'shutil.rmtree(Path.home() / "a" / "b")'], '/home/me/a/b'],
    [['python3', '-c', 'shutil.rmtree(os.path.join(os.path.expanduser("~"), "a"))'], '/home/me/a'],
    [['python3', '-c', 'd = "a"\nshutil.rmtree(f"/x/{d}")'], '/x/a'],
    [['python3', '-c', 'shutil.rmtree("/" + "x")'], '/x'],
    [['python3', '-c', 'from pathlib import Path; (Path.home() / "a").unlink()'], '/home/me/a'],
    [['python3', '-c', 'p = Path("a"); p.unlink()'], '/work/a'],
    [['python3', '-c', 'os.remove(os.getcwd() + "/a")'], '/work/a'],
    [['node', '-e', 'fs.rmSync(os.homedir() + "/a")'], '/home/me/a'],
    [['node', '-e', 'fs.rmSync(`${process.env.HOME}/a`)'], '/home/me/a'],
    [['node', '-e', 'fs.rmSync(path.join(os.homedir(), "a", "b"))'], '/home/me/a/b'],
    [['ruby', '-e', 'FileUtils.rm_rf(File.expand_path("~/a"))'], '/home/me/a'],
    [['ruby', '-e', 'FileUtils.rm_rf(Dir.home)'], '/home/me'],
    [['Rscript', '-e', 'unlink("a", recursive=TRUE)'], '/work/a'],
  ])('%j', (argv, expected) => {
    expect(touched(argv, 'file.delete')).toEqual([expected]);
  });

  test.each([
    [['python3', '-c', 'd = "a"; d = input(); shutil.rmtree(d)'], '‹d›'],
    [['python3', '-c', 'shutil.rmtree("a" + x)'], '‹"a" + x›'],
    [['node', '-e', 'fs.rmSync(`${x}/a`)'], '‹`${x}/a`›'],
  ])('%j stays unknown', (argv, expected) => {
    expect(touched(argv, 'file.delete')).toEqual([expected]);
  });

  test('a home nobody told goes by its variable', () => {
    const [operation] = shell('unset HOME; python3 -c "shutil.rmtree(Path.home())"').slice(-1);
    expect(operation?.ownEffects[0]?.targets).toEqual([{ kind: 'path', name: '$HOME', dynamic: true }]);
  });

  test.each([
    [['python3', '-c', 'subprocess.run("rm -rf a".split())'], 'rm -rf a'],
    [['python3', '-c', 'c = "rm -rf a"; os.system(c)'], 'rm -rf a'],
    [['lua', '-e', 'os.execute("rm -rf a")'], 'rm -rf a'],
    [['groovy', '-e', '"rm -rf a".execute()'], 'rm -rf a'],
    [['erl', '-eval', 'os:cmd("rm -rf a")'], 'rm -rf a'],
    [['guile', '-c', '(system "rm -rf a")'], 'rm -rf a'],
  ])('%j', (argv, expected) => {
    expect(lines(exec(argv))).toContain(expected);
  });

  test('what is opened to be written anew is overwritten', () => {
    const [operation] = exec(['python3', '-c', 'open("a", "w").write("x")']);
    expect(operation?.ownEffects).toMatchObject([{ kind: 'file.write', attributes: { overwrite: true } }]);
    expect(exec(['python3', '-c', 'open("a", "a").write("x")'])[0]?.ownEffects).toMatchObject([{ kind: 'file.write', attributes: {} }]); // prettier-ignore
  });

  test('a name that is looked up by a literal is no hidden code', () => {
    expect(isOpaque(exec(['python3', '-c', 'print(getattr(v, "shape", 1))']))).toBe(false);
    expect(isOpaque(exec(['python3', '-c', 'getattr(v, name)()']))).toBe(true);
    expect(isOpaque(exec(['python3', '-c', 'import sys; sys.modules["a"] = b']))).toBe(false);
    expect(isOpaque(exec(['python3', '-c', 'sys.modules["os"].system("a")']))).toBe(true);
  });
});

describe(verifies('understand:clients'), () => {
  test.each([
    ['import sqlite3; sqlite3.connect("a.db").execute("DROP TABLE t")', 'sqlite3 a.db DROP TABLE t'],
    ['psycopg2.connect("postgres://h/d").cursor().execute("DROP TABLE t")', 'psql postgres://h/d -c DROP TABLE t'],
    ['import pymysql; cur.execute("delete from t")', 'mysql -e delete from t'],
    ['conn.execute(text("TRUNCATE t"))', 'psql -c ‹TRUNCATE t›'],
  ])('%s', (source, expected) => {
    expect(lines(exec(['python3', '-c', source]))).toContain(expected);
  });

  test.each([
    ['client.drop_database("a")', 'db.delete'],
    ['users.delete_many({})', 'db.delete'],
    ['s3.delete_bucket(Bucket="a")', 'cloud.delete'],
    ['ec2.terminate_instances(InstanceIds=ids)', 'cloud.delete'],
    ['r.flushall()', 'db.delete'],
  ])('%s', (source, kind) => {
    expect(touched(['python3', '-c', source], kind)).toHaveLength(1);
  });

  test.each(['cur.execute("SELECT 1")', 'df.drop(columns=["a"])', 'items.clear()', 'd.remove("a")', 'app.run()', 'el.delete()'])('%s takes nothing away', (source) => {
    const operations = exec(['python3', '-c', source]);
    expect(operations).toHaveLength(1);
    expect(operations[0]?.ownEffects.map(({ kind }) => kind)).toEqual(['code.run']);
  }); // prettier-ignore
});

describe(verifies('understand:shown-variables'), () => {
  const reads = (source: string): boolean =>
    shell(source).some(({ ownEffects }) => ownEffects.some(({ kind }) => kind === 'secret.read'));

  test.each(['env', 'printenv | sort', 'export -p', 'declare -px', 'set', 'sudo env', 'x=$(env)', 'env > a', 'env | grep -i secret', 'env | sort', "python3 -c 'print(os.environ)'", "node -e 'console.log(process.env)'", "ruby -e 'puts ENV.to_h'", 'echo $SIGNING_KEY', 'printf %s "${DB_PASSWORD:-none}"', 'bash -c "echo \\$CI_TOKEN"', 'echo x | cat; echo "$CI_TOKEN"'])('%s', (source) => {
    expect(reads(source)).toBe(true);
  }); // prettier-ignore

  test.each(['env A=1 ls', 'printenv PATH', 'export A=1', 'declare -x A', 'set -e', 'env | grep ^LC_', 'env | wc -l', 'env | sort | head -3', 'env | grep ^LC_ | sort', 'env > /dev/null', "python3 -c 'print(os.environ[0])'", "node -e 'console.log(process.env.PATH)'", 'echo $CACHE_KEY $TOKENS', 'echo ${CI_TOKEN:+set} ${#CI_TOKEN}', 'echo "$CI_TOKEN" > token', 'echo "$CI_TOKEN" | base64 -w0 > token', 'x=$(echo $CI_TOKEN)', 'for TOKEN in a b; do echo $TOKEN; done'])('%s shows no more than it says', (source) => {
    expect(reads(source)).toBe(false);
  }); // prettier-ignore
});
