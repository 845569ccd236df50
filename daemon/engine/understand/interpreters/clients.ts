/** What a program tells databases and services through their clients, and where it prints all its variables. */
import type { EffectDraft, Word } from '../../types.ts';
import { readsVariables } from '../shell/shown-variables.ts';
import { dynamicWord, staticWord } from '../words.ts';
import { readArguments } from './literals.ts';
import type { ReadText } from './static-text.ts';
import type { Language } from './table.ts';

type Told = { readonly effects: EffectDraft[]; readonly commands: (readonly Word[])[] };

/** Calls of one kind that are looked at. */
const MAX_CALLS = 64;

const TALKATIVE: ReadonlySet<Language> = new Set<Language>(['python', 'javascript', 'ruby', 'php']);

export function scanClients(source: string, language: Language, read: ReadText, found: Told): void {
  if (!TALKATIVE.has(language)) return;
  scanStatements(source, read, found);
  scanRemovals(source, found);
  if (PRINTS_VARIABLES.test(source)) found.effects.push(readsVariables());
}

const EXECUTES = /(?:\.|->|::)(?:execute|executescript|executemany|exec|query|raw|run|prepare|\$executeRawUnsafe|\$queryRawUnsafe|execute_sql|exec_query|executeUpdate)(?=\s*\()/g; // prettier-ignore
const CHANGES = /^\s*(?:drop|truncate|delete|alter|update|grant|revoke|insert|replace|vacuum|attach|copy|with|begin|create)\s/i; // prettier-ignore
const SQLITE = /\bsqlite3\b|\bbetter-sqlite3\b|\bSQLite3\b|sqlite:|\bbun:sqlite\b/i;
const MYSQL = /\bmysql|\bMySQLdb\b|\bpymysql\b|\bmariadb\b/i;
const CONNECTION = /["'`]((?:postgres(?:ql)?|mysql|mariadb)(?:\+\w+)?:\/\/[^"'`\s]{1,300})["'`]/;

/** A statement is judged like one that is given to the database's own program. */
function scanStatements(source: string, read: ReadText, found: Told): void {
  for (const match of [...source.matchAll(EXECUTES)].slice(0, MAX_CALLS)) {
    const [first] = readArguments(source, match.index + match[0].length, read);
    const text = first?.kind === 'string' ? first.value : first?.kind === 'unknown' ? beginning(first.text) : undefined;
    if (text === undefined || !CHANGES.test(text)) continue;
    const statement = first?.kind === 'string' ? staticWord(text) : dynamicWord(text);
    found.commands.push(clientWords(source, read, statement));
  }
}

/** `text("DROP …")` and `f"DROP {x}"` still say what they are about. */
function beginning(text: string): string | undefined {
  return /^(?:[\w.]+\(\s*)?[fFrR]{0,2}(?:"""|'''|["'`])([^"'`]{1,4096})/.exec(text)?.[1];
}

function clientWords(source: string, read: ReadText, statement: Word): readonly Word[] {
  if (SQLITE.test(source)) {
    const at = /(?:connect|Database|open|new)(?=\s*\()/.exec(source);
    const [file] = at ? readArguments(source, at.index + at[0].length, read) : [];
    return [
      staticWord('sqlite3'),
      file?.kind === 'string' ? staticWord(file.value) : dynamicWord('$database'),
      statement,
    ];
  }
  if (MYSQL.test(source)) return [staticWord('mysql'), staticWord('-e'), statement];
  const url = CONNECTION.exec(source)?.[1];
  return [staticWord('psql'), ...(url === undefined ? [] : [staticWord(url)]), staticWord('-c'), statement];
}

const VERB = '(?:delete|drop|remove|destroy|terminate|purge|flush|clear|wipe|truncate)';
const DATA = '(?:database|db|table|collection|index|indexes|indices|keyspace|schema|objects?|records?|documents?|rows?|many|all|topics?|queues?|streams?)'; // prettier-ignore
const THINGS = '(?:buckets?|instances?|clusters?|users?|accounts?|customers?|subscriptions?|repo|repository|repositories|namespaces?|stacks?|volumes?|snapshots?|secrets?|projects?|apps?|zones?|domains?|vms?|functions?|backups?|droplets?|servers?|deployments?)'; // prettier-ignore
const HEAD = String.raw`\.(${VERB}_?(?:all_|by_)?`;

/** `client.dropDatabase()`, `s3.delete_bucket(…)`: the verb and what it is about are one name, or two in a chain. */
const REMOVES_DATA = new RegExp(`${HEAD}${DATA}|flush_?all|flush_?db)\\s*\\(`, 'gi');
const REMOVES_THINGS = new RegExp(`${HEAD}${THINGS})\\s*\\(`, 'gi');

function scanRemovals(source: string, found: Told): void {
  for (const match of [...source.matchAll(REMOVES_DATA)].slice(0, MAX_CALLS)) found.effects.push(removal('db.delete', match[1])); // prettier-ignore
  for (const match of [...source.matchAll(REMOVES_THINGS)].slice(0, MAX_CALLS)) found.effects.push(removal('cloud.delete', match[1])); // prettier-ignore
}

function removal(kind: 'db.delete' | 'cloud.delete', name = ''): EffectDraft {
  const bulk = /all|many|objects|records|documents|rows|database|db$|table|collection|index|schema/i.test(name);
  return { kind, targets: [{ kind: 'resource', name, dynamic: true }], attributes: { remote: true, ...(bulk ? { bulk: true } : {}) } }; // prettier-ignore
}

const WHOLE = String.raw`(?:dict\(|JSON\.stringify\(|json\.dumps\(|pprint\(|Object\.entries\(|\.\.\.)?\s*(?:dict\()?(?:os\.environ|process\.env|ENV|\$_ENV|\$_SERVER|Deno\.env\.toObject\(\)|Bun\.env)(?:\.(?:items|copy|to_h|inspect)\(?\)?)?`;
const PRINTS_VARIABLES = new RegExp(String.raw`\b(?:print|pprint|console\.(?:log|table|dir)|puts|p|pp|var_dump|print_r|write|dumps|stringify)\s*\(?\s*${WHOLE}\s*(?:[),;]|$)|\bprint\s+ENV\b`, 'm'); // prettier-ignore
