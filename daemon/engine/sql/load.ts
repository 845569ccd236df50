/** Loads the SQL parsers once, so that judging never waits: PostgreSQL's own, SQLite's grammar, and one for MySQL. */
import type { SqlDialect } from '../../../protocol/action.ts';
import type { Parsers, SqlStatement } from '../types.ts';
import { administers, classifyMysql, unwrapComments } from './mysql.ts';
import { classifyPostgres } from './postgresql.ts';
import { classifySqlite } from './sqlite.ts';

/** Longer SQL is not parsed and stays opaque: time grows with it, and nobody reads it before approving. */
const MAX_SQL_CHARS = 65_536;

type Classify = (source: string) => readonly SqlStatement[] | null;

/** Nothing is parseable; for callers that have no parsers. */
export const noParsers: Parsers = { sql: () => null };

export async function loadSqlParsers(): Promise<Parsers> {
  const [postgres, sqlite, mysql] = await Promise.all([loadPostgres(), loadSqlite(), loadMysql()]);
  const byDialect: Readonly<Record<SqlDialect, Classify>> = {
    postgresql: postgres,
    sqlite,
    mysql,
    unknown: (source) => postgres(unwrapComments(source)) ?? mysql(source) ?? sqlite(source),
  };
  return { sql: (dialect, source) => (source.length > MAX_SQL_CHARS ? null : byDialect[dialect](source)) };
}

async function loadPostgres(): Promise<Classify> {
  const { loadModule, parseSync } = await import('libpg-query');
  await loadModule();
  return (source) => attempt(() => classifyPostgres(parseSync(source)));
}

async function loadSqlite(): Promise<Classify> {
  const { parse } = await import('sqlite3-parser');
  return (source) =>
    attempt(() => {
      const result = parse(source);
      return result.status === 'ok' ? classifySqlite(result.root) : null;
    });
}

async function loadMysql(): Promise<Classify> {
  const { default: library } = await import('node-sql-parser/build/mysql.js');
  const parser = new library.Parser();
  return (source) => {
    const plain = unwrapComments(source);
    // The parser backtracks over every opening of a comment that never closes.
    if (plain.lastIndexOf('/*') > plain.lastIndexOf('*/')) return null;
    return attempt(() => classifyMysql(parser.astify(plain, { database: 'MySQL' }))) ?? administered(plain);
  };
}

function administered(source: string): readonly SqlStatement[] | null {
  const statement = administers(source);
  return statement === undefined ? null : [statement];
}

/** A parser throws on what it does not understand; that is an answer, and the caller treats it as opaque. */
function attempt(classify: () => readonly SqlStatement[] | null): readonly SqlStatement[] | null {
  try {
    return classify();
  } catch {
    return null;
  }
}
