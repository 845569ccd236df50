/** The selected workspace of terraform, which says whose infrastructure a command changes. */
import type { Environment } from '../../protocol/effect.ts';
import { environmentOf } from './catalog/environment.ts';
import { absolutePath } from './catalog/paths.ts';
import type { EffectDraft, Lookup, ParsedOperation, Word } from './types.ts';

const PROGRAMS = new Set(['terraform', 'tofu', 'terragrunt']);
/** Where `terraform workspace select` writes it down. */
const SELECTED = '.terraform/environment';

/** What the command itself or its variables say counts before the folder. */
export function withWorkspace(
  draft: EffectDraft,
  operation: ParsedOperation,
  lookup: Lookup,
  selected?: Workspaces,
): EffectDraft {
  const changes = draft.kind === 'infra.change' || draft.kind === 'infra.destroy';
  if (!changes || !PROGRAMS.has(operation.program) || draft.attributes.environment !== undefined) return draft;
  const chosen = selected?.get(folderOf(operation));
  const environment = chosen === undefined ? selectedIn(folderOf(operation), lookup) : environmentOfWorkspace(chosen);
  return environment === undefined ? draft : { ...draft, attributes: { ...draft.attributes, environment } };
}

/** What operations of this action select, by folder. */
export type Workspaces = ReadonlyMap<string, Word>;

/** The workspace that an operation selects, and where. */
export function workspaceSelectedBy(operation: ParsedOperation): readonly [string, Word][] {
  if (!PROGRAMS.has(operation.program)) return [];
  const operands = operation.words.slice(1).filter(({ text }) => !text.startsWith('-'));
  const at = operands.findIndex(({ text }) => text === 'workspace' || text === 'env');
  const chosen = at >= 0 && /^(?:select|new)$/.test(operands[at + 1]?.text ?? '') ? operands[at + 2] : undefined;
  return chosen === undefined ? [] : [[folderOf(operation), chosen]];
}

function environmentOfWorkspace({ text, dynamic }: Word): Environment | undefined {
  return dynamic ? 'unknown' : environmentOf([text]);
}

/** INVARIANT: what could not be looked at is named as unknown, which a policy may hold against it. */
function selectedIn(folder: string, lookup: Lookup) {
  if (!folder.startsWith('/')) return 'unknown';
  const answer = lookup.ask<'text'>({ kind: 'text', path: `${folder}/${SELECTED}` });
  if (answer.kind !== 'known') return 'unknown';
  return answer.data.exists ? environmentOf([answer.data.text.trim()]) : undefined;
}

function folderOf({ words, cwd }: ParsedOperation): string {
  const given = words.find(({ text }) => /^--?chdir=/.test(text));
  if (given === undefined) return cwd;
  return given.dynamic ? '?' : absolutePath(cwd, given.text.slice(given.text.indexOf('=') + 1));
}
