/** Database clients: their SQL is read by a real parser, everything else by its verbs. */
import type { SqlDialect } from '../../../protocol/action.ts';
import type { EffectDraft, Word } from '../types.ts';
import type { Call, Catalog, Rule } from './entry.ts';
import { databaseEnvironment, openPrompt, opaqueSql, sqlEffects, type Place } from './database-sql.ts';
import { does, draft, has, operandText, optionText, optionValues, secretEffects, when, writes } from './rules.ts';
import { operands, optionNames, optionPaths, paths } from './targets.ts';
import { byVerb } from './verbs.ts';
import { mongoEffects, redisEffects } from './document-stores.ts';

/** What a client was told to run: options, the text of standard input, or nothing but a prompt. */
function scriptEffects(
  call: Call,
  dialect: SqlDialect,
  scripts: readonly Word[],
  files: readonly Word[],
  place: Place,
): readonly EffectDraft[] {
  // prettier-ignore
  const effects = scripts.flatMap((word) => (isReadable(word) ? sqlEffects(word.text, dialect, place, call.context) : opaqueSql(place))); // prettier-ignore
  const fromFiles = files.flatMap((word) => fileEffects(call, word, dialect, place));
  if (scripts.length + files.length > 0) return [...effects, ...fromFiles];
  return standardInput(call, dialect, place);
}

function standardInput(call: Call, dialect: SqlDialect, place: Place): readonly EffectDraft[] {
  const { stdin } = call.operation;
  if (stdin.kind === 'text') return isReadable(stdin.text) ? sqlEffects(stdin.text.text, dialect, place, call.context) : opaqueSql(place); // prettier-ignore
  if (stdin.kind === 'file') return fileEffects(call, stdin.path, dialect, place);
  if (stdin.kind === 'pipe') {
    const said = stdin.from === undefined ? undefined : printedBy(stdin.from.words);
    return said === undefined ? opaqueSql(place, { piped: true }) : sqlEffects(said, dialect, place, call.context);
  }
  return stdin.stdin === 'pipe' ? opaqueSql(place, { piped: true }) : openPrompt(stdin.stdin, place);
}

/** `echo SQL | psql`: what echo prints is known. */
function printedBy(words: readonly Word[]): string | undefined {
  const [program, ...rest] = words;
  if (!/^(?:echo|printf)$/.test(program?.text ?? '') || rest.some(({ dynamic }) => dynamic)) return undefined;
  return rest.filter(({ text }) => !/^-[neE]+$/.test(text)).map(({ text }) => text.replaceAll('\\n', '\n')).join(' '); // prettier-ignore
}

/** A script on this machine is looked at; what cannot be read is opaque. */
function fileEffects(call: Call, word: Word, dialect: SqlDialect, place: Place): readonly EffectDraft[] {
  const target = paths()({ ...call, args: { ...call.args, operands: [word] } })[0];
  if (target === undefined || target.dynamic === true || call.operation.remote !== undefined) return opaqueSql(place);
  const text = call.context.lookup.ask({ kind: 'text', path: target.name });
  if (text.kind === 'known' && text.data.exists) return sqlEffects(text.data.text, dialect, place, call.context);
  return opaqueSql(place);
}

/** `postgresql://user@host:5432/name` in pieces. */
function fromUrl(text: string | undefined): { readonly host?: string; readonly database?: string } {
  const match = /^[a-z][a-z\d+]*:\/\/(?:[^@/]*@)?([^:/?]*)(?::\d+)?\/?([^?]*)/i.exec(text ?? '');
  if (match === null) return text !== undefined && /\bhost=/.test(text) ? { host: /\bhost=(\S+)/.exec(text)?.[1] ?? '', database: /\bdbname=(\S+)/.exec(text)?.[1] ?? '' } : {}; // prettier-ignore
  return { host: match[1] ?? '', database: match[2] ?? '' };
}

/** A name that only running knows may be a whole address: nothing says that it is this machine. */
function isMadeUp({ args }: Call, database: string | undefined): boolean {
  if (database === undefined || !/[$`]/.test(database)) return false;
  return [...args.operands, ...[...args.options.values()].flat()].some(({ text, dynamic }) => dynamic && text === database); // prettier-ignore
}

function place(call: Call, hostOption: string, hostVariable: string, database: string | undefined): Place {
  const url = fromUrl(database);
  const host =
    optionText(call, hostOption) ?? url.host ?? (isMadeUp(call, database) ? '?' : call.operation.env[hostVariable]);
  const name = url.database ?? database;
  return {
    targets: name === undefined ? [] : [{ kind: 'database', name }],
    environment: databaseEnvironment(host, [name, ...[...call.args.options.values()].flat().filter(({ text }) => text.length < 64 && !text.includes(' ')).map(({ text }) => text)], call.operation.remote !== undefined), // prettier-ignore
  };
}

const psql: Rule = (call) => {
  const database = optionText(call, 'dbname') ?? operandText(call, 0) ?? call.operation.env['PGDATABASE'];
  if (has('list')(call)) return [draft('db.read')];
  const there = place(call, 'host', 'PGHOST', database);
  return [
    ...scriptEffects(call, 'postgresql', optionValues(call, 'command'), optionValues(call, 'file'), there),
    ...writes(optionPaths('output', 'log-file'), { overwrite: true })(call),
  ];
};

const mysql: Rule = (call) => {
  const there = place(call, 'host', 'MYSQL_HOST', optionText(call, 'database') ?? operandText(call, 0));
  const first = optionValues(call, 'init-command', 'init-command-add');
  const before = first.length > 0 ? scriptEffects(call, 'mysql', first, [], there) : [];
  return [...before, ...scriptEffects(call, 'mysql', optionValues(call, 'execute'), [], there)];
};

const sqlite: Rule = (call) => {
  const [file, ...scripts] = call.args.operands;
  const target = file === undefined ? [] : paths(0, 1)(call).map(({ name }) => ({ kind: 'database' as const, name }));
  const there: Place = { targets: target, environment: 'local' };
  return [
    ...secretEffects(paths(0, 1)(call)),
    ...scriptEffects(call, 'sqlite', [...optionValues(call, 'cmd'), ...scripts], optionValues(call, 'init'), there),
  ];
};

const drops: Rule = (call) => {
  const there = place(call, 'host', 'PGHOST', operandText(call, 0));
  return [draft('db.drop', operands('database')(call), { ...known(there), bulk: true, ...(has('force')(call) ? { force: true } : {}) })]; // prettier-ignore
};
const known = ({ environment }: Place) => (environment === undefined ? {} : { environment });

const restores: Rule = (call) => {
  // Without a database it prints what it would restore.
  if (has('list')(call) || (call.operation.program === 'pg_restore' && !has('dbname')(call))) return [draft('db.read')];
  const there = place(call, 'host', 'PGHOST', optionText(call, 'dbname'));
  const drop = has('clean', 'create', 'drop')(call) ? [draft('db.drop', there.targets, known(there))] : [];
  return [draft('db.write', there.targets, { ...known(there), bulk: true }), ...drop];
};

const CONNECTION = 'h|host= p|port= U|username= d|dbname= w|no-password W|password';

export const databases: Catalog = {
  'psql pgcli': {
    options: `${CONNECTION} c|command= f|file= l|list o|output= L|log-file= v|set|variable= A t|tuples-only q X 1 F= R= P= e E a b H n s S x z 0 csv`,
    effects: psql,
  },
  'mysql mariadb mycli': { options: 'h|host= P|port= u|user= p|password=? D|database= e|execute= init-command= init-command-add= B N s v t S|socket= defaults-file= default-character-set= protocol= ssl-mode=', effects: mysql }, // prettier-ignore
  'sqlite3 sqlite litecli duckdb': { options: 'cmd= init= separator= nullvalue= readonly header csv json line column html list batch bail box table markdown c|cmd=', style: 'long', effects: sqlite }, // prettier-ignore
  'sqlcmd usql cockroach clickhouse-client clickhouse-local cqlsh trino presto snowsql vsql hive beeline impala-shell sqlplus isql bteq ysqlsh cypher-shell surreal q':
    {
      options: 'S|server|host= h|host= d|database= Q|query= q|query= e|execute|query= i|file= f|file= U= P= u= p=',
      effects: (call) => scriptEffects(call, 'unknown', optionValues(call, 'query'), optionValues(call, 'file'), place(call, 'host', 'DBHOST', optionText(call, 'database'))), // prettier-ignore
    },
  influx: {
    style: 'long',
    options: 'execute= b|bucket= o|org= start= stop= p|predicate= f|file= t|token= host= database= n|name= i|id=',
    effects: (call) => scriptEffects(call, 'unknown', optionValues(call, 'execute'), [], place(call, 'host', 'INFLUX_HOST', optionText(call, 'database'))), // prettier-ignore
    commands: {
      'query ping version config export completion': { effects: does('db.read') },
      delete: { effects: does('db.delete', optionNames('table', 'bucket'), { hasFilter: has('predicate'), remote: true }) }, // prettier-ignore
      'write restore': { effects: does('db.write', optionNames('table', 'bucket'), { remote: true }) },
      'bucket org user auth dbrp v1 task telegrafs template stacks apply remote replication secret': { effects: byVerb({ read: 'db.read', change: 'db.admin', delete: 'db.drop' }) }, // prettier-ignore
    },
  }, // prettier-ignore
  'dropdb dropuser': {
    options: `${CONNECTION} f|force i|interactive e|echo if-exists maintenance-db=`,
    effects: drops,
  },
  'createdb createuser': { options: `${CONNECTION} O|owner= T|template= E|encoding= e|echo`, effects: does('db.admin', operands('database')) }, // prettier-ignore
  'pg_dump pg_dumpall mysqldump mariadb-dump mongodump mongoexport': { options: `${CONNECTION} f|file|out= o|out= F|format= t= n= j=`, effects: [does('db.read', operands('database')), writes(optionPaths('out'), { overwrite: true })] }, // prettier-ignore
  'pg_restore mongorestore mongoimport mysqlimport': {
    options: `${CONNECTION} c|clean C|create j|jobs= F= t= l|list f|file= drop`,
    effects: restores,
  },
  'pg_isready pg_config pg_controldata pgbench vacuumdb reindexdb': { options: CONNECTION, effects: does('db.read') },
  'pg_ctl pg_resetwal initdb': { effects: does('db.admin') },
  mysqladmin: { options: 'h|host= u|user= p|password=? f|force', effects: when((call) => call.args.operands.some(({ text }) => text === 'drop'), drops, does('db.admin')) }, // prettier-ignore
  'mongosh mongo': { options: 'host= port= u|username= p|password= eval= f|file= quiet nodb', effects: (call) => mongoEffects(call, place(call, 'host', 'MONGO_HOST', operandText(call, 0))) }, // prettier-ignore
  'redis-cli valkey-cli keydb-cli': { options: 'h|host= p|port= a|pass= u|uri= n|db= s|socket= r= i= x raw eval= tls user= no-auth-warning', style: 'posix', effects: (call) => redisEffects(call, place(call, 'host', 'REDIS_HOST', optionText(call, 'uri'))) }, // prettier-ignore
};

/** A hidden secret is a value like any other to a database; what only running knows is not readable. */
function isReadable(word: Word): boolean {
  return !word.dynamic || word.redacted === true;
}
