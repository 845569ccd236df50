/** Reads one policy file and says where and what is wrong with it. */
import { wordsOf } from './schema-words.ts';
import { PolicyFile, type PolicyProblem, type PolicySource } from './schema.ts';
import { readYaml } from './yaml-places.ts';

/** A policy is written by hand; larger input is refused before it is parsed. */
const MAX_FILE_BYTES = 256 * 1024;
/** Anchors repeat modifiers; more aliases than this are an attempt to blow up memory. */
const MAX_ALIASES = 200;

/** A parsed file with a way to point at any place in it. */
export type ParsedFile = {
  readonly content: PolicyFile;
  readonly at: (path: readonly PropertyKey[], offset?: number) => { line: number; col: number };
};

export type ParseOutcome = { readonly file: ParsedFile | undefined; readonly problems: readonly PolicyProblem[] };

/** Never throws: whatever the text holds, the answer is a file or problems. */
export function parsePolicyFile(source: PolicySource): ParseOutcome {
  const problem = (message: string): ParseOutcome => ({
    file: undefined,
    problems: [{ file: source.file, line: 1, col: 1, message }],
  });
  if (Buffer.byteLength(source.text) > MAX_FILE_BYTES)
    return problem(`the file is larger than ${MAX_FILE_BYTES} bytes`);
  try {
    return parseText(source);
  } catch (cause) {
    return problem(`not readable as YAML: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function parseText(source: PolicySource): ParseOutcome {
  const { file, text } = source;
  const { document, at, faults, faultsOf } = readYaml(text);
  if (faults.length > 0) return { file: undefined, problems: faults.map((fault) => ({ file, ...fault })) };
  const parsed = PolicyFile.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }));
  if (parsed.success) return { file: { content: parsed.data, at }, problems: [] };
  const { keys, words } = wordsOf(PolicyFile);
  const found = parsed.error.issues.flatMap((issue) => faultsOf(issue, keys, words));
  return { file: undefined, problems: found.map((fault) => ({ file, ...fault })) };
}
