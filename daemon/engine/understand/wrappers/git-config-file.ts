/** The settings in a file of git's. */

export type FileSetting = { readonly key: string; readonly value: string };

const BLANK = /^\s*(?:[#;].*)?$/;
const SECTION = /^\s*\[([\w.-]+)(?:\s+"([^"\\]*)")?\]\s*(?:[#;].*)?$/;
const ENTRY = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(?:"([^"\\]*)"|([^"\\#;]*)))?\s*(?:[#;].*)?$/;
/** More are not looked at one by one. */
const MAX_LINES = 256;

/** INVARIANT: `undefined` for whatever git might read otherwise than it is read here: escapes, continued lines, odd quoting. */
export function settingsInFile(text: string): readonly FileSetting[] | undefined {
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES) return undefined;
  const settings: FileSetting[] = [];
  let section = '';
  for (const line of lines) {
    if (BLANK.test(line)) continue;
    const [header, name = '', subsection] = SECTION.exec(line) ?? [];
    const [entry, key = '', quoted, bare] = ENTRY.exec(line) ?? [];
    if (header !== undefined) section = subsection === undefined ? name : `${name}.${subsection}`;
    else if (entry === undefined || section === '') return undefined;
    else settings.push({ key: `${section}.${key}`.toLowerCase(), value: quoted ?? bare?.trim() ?? 'true' });
  }
  return settings;
}
