/** Splits the commands of the psql and sqlite3 prompts from the SQL between them. */

/** What is left for the parser, and whether a meta-command runs something nobody sees. */
export type Split = { readonly sql: string; readonly opaque: boolean };

/** `\!` and `\copy … program` start a shell; `\i` reads a script; `\o` and `\g |` write to files and pipes. */
const PSQL_OPAQUE = /^\\(?:!|i\b|ir\b|include|copy\b[^\n]*\b(?:program|to)\b|o\b|w\b|g\w*\s*[|/\w]|gexec|e\b|ef\b|ev\b|setenv|lo_import|lo_export|s\s|set\b[^\n]*`|watch)|`/i; // prettier-ignore
const SQLITE_OPAQUE =
  /^\.(?:shell|system|sh|read|import|load|restore|output|once|excel|save|clone|backup|dump\s*>|open|cd|archive|ar|recover|log)\b/i;

export function splitMetaCommands(source: string, dialect: 'postgresql' | 'sqlite'): Split {
  const mark = dialect === 'postgresql' ? '\\' : '.';
  if (!source.includes(mark)) return { sql: source, opaque: false };
  const opaquePattern = dialect === 'postgresql' ? PSQL_OPAQUE : SQLITE_OPAQUE;
  let opaque = false;
  const kept: string[] = [];
  for (const line of source.split('\n')) {
    const start = metaStart(line, mark);
    if (start < 0) {
      kept.push(line);
      continue;
    }
    kept.push(terminated(line.slice(0, start)));
    opaque ||= line.slice(start).split(/(?=\\)/).some((command) => opaquePattern.test(command)); // prettier-ignore
  }
  return { sql: kept.join('\n'), opaque };
} // prettier-ignore

/** psql reads `\x` anywhere on a line outside quotes; sqlite3 reads `.x` at the start of a line only. */
function metaStart(line: string, mark: string): number {
  if (mark === '.') return /^\s*\.[a-z]/i.test(line) ? line.indexOf('.') : -1;
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const char = line.charAt(index);
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '\\') return index;
  }
  return -1;
}

/** `SELECT … \gexec` sends the buffer, so the statement before it is complete. */
function terminated(sql: string): string {
  return sql.trim() === '' ? '' : `${sql};`;
}
