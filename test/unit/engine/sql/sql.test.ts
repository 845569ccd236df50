import { beforeAll, describe, expect, test } from 'vitest';

import type { SqlDialect } from '../../../../protocol/action.ts';
import { splitMetaCommands } from '../../../../daemon/engine/sql/meta-commands.ts';
import { loadSqlParsers, noParsers } from '../../../../daemon/engine/sql/load.ts';
import type { Parsers } from '../../../../daemon/engine/types.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { effectsOfLine, operationOf, shown, split } from '../catalog/operation.ts';

let parsers: Parsers;
beforeAll(async () => {
  parsers = await loadSqlParsers();
});

/** `delete t -`: kind, objects, and `-` when nothing narrows it. */
function said(dialect: SqlDialect, source: string): string[] | null {
  return parsers.sql(dialect, source)?.map(({ kind, objects, hasFilter, objectKind }) => [kind, ...objects, ...(objectKind === undefined ? [] : [`(${objectKind})`]), ...((kind === 'delete' || kind === 'update') && !hasFilter ? ['-'] : [])].join(' ')) ?? null; // prettier-ignore
}

const ROWS: readonly (readonly [SqlDialect, string, ...string[]])[] = [
  ['postgresql', 'select * from t', 'read t'],
  ['postgresql', 'delete from t', 'delete t -'],
  ['postgresql', 'delete from t where true', 'delete t -'],
  ['postgresql', 'delete from s.t where id = 1', 'delete s.t'],
  ['postgresql', 'with d as (delete from t returning *) select * from d', 'read d', 'delete t -'],
  ['postgresql', 'drop table a, b', 'drop a b (table)'],
  ['postgresql', 'drop database shop', 'drop shop (database)'],
  ['postgresql', 'drop index i', 'schema i (index)'],
  ['postgresql', 'alter table t drop column c', 'drop t (other)'],
  ['postgresql', 'truncate a, b', 'truncate a b'],
  ["postgresql", "copy t to program 'sh'", 'program t'],
  ["postgresql", "select pg_read_file('/etc/passwd')", 'program'],
  ['postgresql', 'do $$ begin end $$', 'program'],
  ['postgresql', 'explain delete from t', 'read'],
  ['postgresql', 'explain analyze delete from t', 'delete t -'],
  ['postgresql', 'grant all on t to bob', 'admin t'],
  ['postgresql', 'begin; commit', 'transaction', 'transaction'],
  ['mysql', 'delete from t', 'delete t -'],
  ['mysql', 'delete from t where id = 1', 'delete t'],
  ['mysql', '/*!50000 drop table t */', 'drop t (table)'],
  ['mysql', 'drop database shop', 'drop shop (database)'],
  ["mysql", "select 1 into outfile '/tmp/x'", 'program'],
  ['mysql', 'drop user bob', 'admin'],
  ['sqlite', 'delete from t', 'delete t -'],
  ['sqlite', 'delete from t where 1', 'delete t -'],
  ['sqlite', 'update t set a = 1 where b = 2', 'update t'],
  ['sqlite', "select load_extension('x')", 'program'],
  ['sqlite', 'pragma writable_schema = 1', 'admin'],
  ['unknown', 'delete from `t`', 'delete t -'],
]; // prettier-ignore

describe(verifies('sql:classified'), () => {
  test.each(ROWS.map(([dialect, source, ...expected]) => ({ dialect, source, expected })))(
    '$dialect: $source',
    ({ dialect, source, expected }) => {
      // prettier-ignore
      expect(said(dialect, source)).toEqual(expected);
    },
  );
});

test(verifies('sql:unparseable'), () => {
  for (const dialect of ['postgresql', 'mysql', 'sqlite', 'unknown'] as const) {
    expect(parsers.sql(dialect, 'delete fro t; ((')).toBeNull();
    expect(parsers.sql(dialect, `select ${'('.repeat(70_000)}`)).toBeNull();
  }
  expect(parsers.sql('mysql', `select 1 ${'/*!'.repeat(20_000)}`)).toBeNull();
  expect(noParsers.sql('postgresql', 'select 1')).toBeNull();
  expect(shown(effectsOfLine("psql -c 'delete fro t'", { parsers }))).toEqual(['code.opaque +environment=local']);
});

test.each(['postgresql', 'mysql', 'sqlite'] as const)('SQL of %s that would keep its parser busy is not parsed', (dialect) => {
  expect(parsers.sql(dialect, 'DELETE FROM t WHERE a = 1;'.repeat(600))).toBeNull();
  expect(parsers.sql(dialect, `SELECT ${'('.repeat(250)}1${')'.repeat(250)}`)).toBeNull();
  expect(parsers.sql(dialect, `SELECT ${'('.repeat(20)}1${')'.repeat(20)}`)).toHaveLength(1);
}); // prettier-ignore

test(verifies('sql:feared'), () => {
  const effects = (sql: string) => shown(effectsOfLine(`cqlsh -e '${sql}'`, { parsers }));
  expect(effects('drop keyspace shop')).toContain('db.drop +environment=local');
  expect(effects('alter table t delete where a = 1 settings x')).toContain('db.delete +environment=local +hasFilter');
  expect(effects('match (n) detach delete n')).toContain('db.delete +environment=local +hasFilter=false +bulk');
  expect(effects('frobnicate keyspaces')).toEqual(['code.opaque +environment=local']);
});

test(verifies('sql:by-key'), () => {
  const byKey = (dialect: SqlDialect, where: string) => parsers.sql(dialect, `delete from t where ${where}`)?.[0]?.byKey;
  for (const dialect of ['postgresql', 'mysql', 'sqlite'] as const) {
    for (const where of ['id = 1', 'id in (1, 2)', "user_id = 'a' and seen > 3", 't.id = 4']) expect(byKey(dialect, where), `${dialect}: ${where}`).toBe(true);
    for (const where of ['id > 1', 'id = 1 or true', 'id = id', 'active = true', 'not id = 1', 'id <> 1', `id in (${Array.from({ length: 40 }, (_, index) => index).join()})`]) expect(byKey(dialect, where), `${dialect}: ${where}`).toBe(false);
  }
}); // prettier-ignore

test(verifies('sql:additive'), () => {
  const additive = (dialect: SqlDialect, source: string) => parsers.sql(dialect, source)?.[0]?.additive === true;
  for (const dialect of ['postgresql', 'mysql', 'sqlite'] as const) {
    for (const source of ['create table t (a int)', 'create index i on t (a)', 'alter table t add column b int']) expect(additive(dialect, source), `${dialect}: ${source}`).toBe(true);
    for (const source of ['drop index i', 'alter table t rename to u', 'update t set a = 1', 'alter table t drop column a']) expect(additive(dialect, source), `${dialect}: ${source}`).toBe(false);
  }
  expect(additive('postgresql', 'create or replace view v as select 1')).toBe(false);
}); // prettier-ignore

test(verifies('sql:meta-commands'), () => {
  expect(splitMetaCommands('\\! rm -rf x', 'postgresql')).toEqual({ sql: '', opaque: true });
  expect(splitMetaCommands("\\copy t to program 'sh'", 'postgresql').opaque).toBe(true);
  expect(splitMetaCommands('\\dt', 'postgresql')).toEqual({ sql: '', opaque: false });
  expect(splitMetaCommands('.shell rm x', 'sqlite').opaque).toBe(true);
  expect(splitMetaCommands('.tables', 'sqlite')).toEqual({ sql: '', opaque: false });
  expect(splitMetaCommands("select '\\!'", 'postgresql')).toEqual({ sql: "select '\\!'", opaque: false });
});

describe('clients', () => {
  const rows: readonly (readonly [string, ...string[]])[] = [
    ["psql -c 'drop table t'", 'db.drop t +environment=local'],
    ["psql -h db.prod.example -d shop -c 'select 1'", 'db.read shop +environment=production'],
    ["psql -h db.example -d shop -c 'delete from t'", 'db.delete t shop +environment=unknown +hasFilter=false +bulk'],
    ["mysql -e 'delete from t where a = 1' shop", 'db.delete t shop +environment=local +hasFilter'],
    ["sqlite3 a.db 'drop table t'", 'db.drop t a.db +environment=local'],
    ['psql shop', 'db.read shop'],
    ['redis-cli flushall', 'db.drop +environment=local +bulk'],
    ["mongosh --eval 'db.users.deleteMany({})'", 'db.delete +environment=local +hasFilter=false +bulk'],
    ['dropdb prod', 'db.drop prod +environment=production +bulk'],
  ];
  test.each(rows.map(([line, ...expected]) => ({ line, expected })))('$line', ({ line, expected }) => {
    expect(shown(effectsOfLine(line, { parsers }))).toEqual(expected);
  });

  test(verifies('sql:standard-input'), () => {
    const sql = (text: string) => ({ stdin: { kind: 'text', text: { text, dynamic: false, glob: false } } }) as const;
    const from = (line: string) => ({ stdin: { kind: 'pipe', from: operationOf(split(line)) } }) as const;
    expect(shown(effectsOfLine('psql', { parsers, operation: sql('truncate t') }))).toEqual(['db.drop t +environment=local +bulk']); // prettier-ignore
    expect(shown(effectsOfLine('psql', { parsers, operation: from("echo 'drop table t'") }))).toEqual(['db.drop t +environment=local']); // prettier-ignore
    expect(shown(effectsOfLine('psql', { parsers, operation: from('curl http://x') }))).toEqual(['code.opaque +piped +environment=local']); // prettier-ignore
  });
});
