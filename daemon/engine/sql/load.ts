/** Loads the SQL parsers once, so that judging never waits: PostgreSQL's own, SQLite's grammar, and one for MySQL. */
import type { SqlDialect } from '../../../protocol/action.ts';
import type { Parsers, SqlStatement } from '../types.ts';
import { administers, classifyMysql, unwrapComments } from './mysql.ts';
import { classifyPostgres } from './postgresql.ts';
import { classifySqlite } from './sqlite.ts';

/** Longer SQL is not parsed and stays opaque: time grows with it, and nobody reads it before approving. */
const MAX_SQL_CHARS = 65_536;

/** Separators in one text: a script of more statements is a dump, which takes the parsers long and nobody reads. */
const MAX_SEPARATORS = 512;

/** Brackets inside each other; the parsers slow down with every one, and people stay below ten. */
const MAX_BRACKETS = 200;

type Classify = (source: string) => readonly SqlStatement[] | null;

/** Nothing is parseable; for callers that have no parsers. */
export const noParsers: Parsers = { sql: () => null };

/** Every parser, ready. */
export async function loadSqlParsers(): Promise<Parsers> {
  const parsers = lazySqlParsers();
  for (const source of DIALECTS) parsers.sql(source, '');
  await parsers.loadWanted();
  return parsers;
}

type Dialect = Exclude<SqlDialect, 'unknown'>;

const LOADERS: Readonly<Record<Dialect, () => Promise<Classify>>> = {
  postgresql: loadPostgres,
  sqlite: loadSqlite,
  mysql: loadMysql,
};
const DIALECTS: readonly Dialect[] = ['postgresql', 'sqlite', 'mysql'];

/** Together the parsers take as much memory as the rest of the engine, and most sessions never see SQL. */
export type LazyParsers = Parsers & {
  /** Whether something was asked for that is not there; told without waiting. */
  wanting(): boolean;
  /** Loads what was asked for and not there; true when something was, and then what was judged is to be judged again. */
  loadWanted(): Promise<boolean>;
};

/** Answers `null` for a dialect whose parser is not there yet, and remembers that it was asked for. */
export function lazySqlParsers(): LazyParsers {
  const loaded = new Map<Dialect, Classify>();
  const wanted = new Set<Dialect>();
  const classify = (dialect: Dialect, source: string): readonly SqlStatement[] | null => {
    const parser = loaded.get(dialect);
    if (parser === undefined) wanted.add(dialect);
    return parser?.(source) ?? null;
  };
  const classifyUnknown = (source: string): readonly SqlStatement[] | null =>
    classify('postgresql', unwrapComments(source)) ?? classify('mysql', source) ?? classify('sqlite', source);
  return {
    sql(dialect, source) {
      if (source.length > MAX_SQL_CHARS || countOf(source, ';') > MAX_SEPARATORS || depthOf(source) > MAX_BRACKETS)
        return null;
      return dialect === 'unknown' ? classifyUnknown(source) : classify(dialect, source);
    },
    wanting: () => wanted.size > 0,
    async loadWanted() {
      const missing = [...wanted];
      wanted.clear();
      const parsers = await Promise.all(missing.map((dialect) => LOADERS[dialect]()));
      parsers.forEach((parser, index) => {
        const dialect = missing[index];
        if (dialect !== undefined) loaded.set(dialect, parser);
      });
      return missing.length > 0;
    },
  };
}

/** How deep brackets seem to go, without understanding quotes. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const char of text) {
    if (char === '(') deepest = Math.max(deepest, ++depth);
    else if (char === ')' && depth > 0) depth--;
  }
  return deepest;
}

function countOf(text: string, char: string): number {
  let count = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) count++;
  return count;
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
