/** A DELETE or UPDATE without a filter as a read-only transaction that counts the rows it would take. */
import type { Target } from '../../../protocol/effect.ts';

type Client = {
  /** The word that holds the statement, and what stands in front of it when both are one word. */
  readonly statement: (words: readonly string[]) => { at: number; prefix: string } | undefined;
  readonly transaction: (count: string) => string;
};

/** A name that means the same in every dialect, quoted or not. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?$/;
const CHANGES = /^\s*(?:delete|update)\b/i;

const byOption = (short: string, long: string) => (words: readonly string[]) => {
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    if ((before === short || before === long) && CHANGES.test(word)) return { at: index, prefix: '' };
    for (const prefix of [`${long}=`, short]) {
      if (word.startsWith(prefix) && CHANGES.test(word.slice(prefix.length))) return { at: index, prefix };
    }
  }
  return undefined;
};

const CLIENTS: Readonly<Record<string, Client>> = {
  psql: {
    statement: byOption('-c', '--command'),
    transaction: (count) => `BEGIN READ ONLY; ${count}; ROLLBACK`,
  },
  mysql: {
    statement: byOption('-e', '--execute'),
    transaction: (count) => `START TRANSACTION READ ONLY; ${count}; ROLLBACK`,
  },
  sqlite3: {
    statement: (words) => {
      const at = words.findIndex((word, index) => index > 1 && CHANGES.test(word));
      return at < 0 ? undefined : { at, prefix: '' };
    },
    transaction: (count) => count,
  },
};

/** Only where there is one statement on one table, named plainly: everything else is left to a person. */
export function sqlCount(argv: readonly string[], targets: readonly Target[]): readonly string[] | undefined {
  const program = argv[0]?.split('/').at(-1) ?? '';
  const client = CLIENTS[program === 'mariadb' ? 'mysql' : program];
  const found = client?.statement(argv);
  const tables = targets.filter(({ kind }) => kind === 'table');
  const [table] = tables;
  if (client === undefined || found === undefined || table === undefined || tables.length !== 1) return undefined;
  const text = argv[found.at]?.slice(found.prefix.length) ?? '';
  if (!PLAIN_NAME.test(table.name) || /;\s*\S/.test(text)) return undefined;
  const others = argv.filter((word, index) => index !== found.at && CHANGES.test(word));
  if (others.length > 0) return undefined;
  const count = `SELECT count(*) AS rows_that_would_change FROM ${table.name}`;
  return argv.with(found.at, `${found.prefix}${client.transaction(count)}`);
}
