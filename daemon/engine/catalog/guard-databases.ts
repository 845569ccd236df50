/** Database shells: what their statements name, and whether a call can do no more than read. */
import type { ParsedOperation, Word } from '../types.ts';

const SHELLS = new Set(['sqlite3', 'sqlite', 'litecli', 'duckdb', 'sqlcipher', 'sqldiff', 'sqlite3_analyzer', 'usql']);

export function isDatabaseShell(program: string): boolean {
  return SHELLS.has(program);
}

/** The statements that standard input holds as text, here or from the command before in the pipe. */
export function statementsOf({ stdin }: ParsedOperation): readonly Word[] {
  if (stdin.kind === 'text') return [stdin.text];
  return stdin.kind === 'pipe' && stdin.from !== undefined ? stdin.from.words.slice(1) : [];
}

/** Nothing but looking: opened read-only, so that not even a lock is taken, and told to do nothing else. */
export function onlyQueries(operation: ParsedOperation): boolean {
  const words = operation.words.slice(1);
  if (operation.program !== 'sqlite3' || words.some(({ dynamic }) => dynamic)) return false;
  const { stdin } = operation;
  if (stdin.kind === 'file' || stdin.kind === 'pipe') return false;
  const options = words.filter(({ text }) => text.startsWith('-'));
  const [database, ...scripts] = words.filter(({ text }) => !text.startsWith('-'));
  const closed = options.some(({ text }) => /^--?readonly$/.test(text)) || /^file:[^?]*\?mode=ro$/.test(database?.text ?? ''); // prettier-ignore
  const known = options.every(({ text }) => /^--?(?:readonly|header|noheader|csv|json|line|column|list|table|box|markdown|batch|bail)$/.test(text)); // prettier-ignore
  const typed = stdin.kind === 'text' ? [stdin.text] : [];
  const all = [...scripts, ...typed];
  return closed && known && all.length > 0 && all.every((word) => !word.dynamic && isQuery(word.text));
}

const QUERY = /^(?:select|explain\s+(?:query\s+plan\s+)?select)\b|^pragma\s+(?:table_info|table_list|index_list|integrity_check|quick_check|user_version|page_count|schema_version|journal_mode|foreign_key_list)(?:\s*\([\w\s'"]*\))?$|^\.(?:tables|schema|headers|mode)\b[^\n|]*$/i; // prettier-ignore
const REACHES_OUT = /\b(?:load_extension|writefile|edit|fts3_tokenizer|attach)\b/i;

function isQuery(text: string): boolean {
  const statements = text.split(/[;\n]/).map((statement) => statement.trim()).filter((statement) => statement !== ''); // prettier-ignore
  return !REACHES_OUT.test(text) && statements.every((statement) => QUERY.test(statement));
}
