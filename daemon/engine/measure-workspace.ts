/** The selected workspace of terraform, which says whose infrastructure a command changes. */
import { environmentOf } from './catalog/environment.ts';
import { absolutePath } from './catalog/paths.ts';
import type { EffectDraft, Lookup, ParsedOperation } from './types.ts';

const PROGRAMS = new Set(['terraform', 'tofu', 'terragrunt']);
/** Where `terraform workspace select` writes it down. */
const SELECTED = '.terraform/environment';

/** What the command itself or its variables say counts before the folder. */
export function withWorkspace(draft: EffectDraft, operation: ParsedOperation, lookup: Lookup): EffectDraft {
  const changes = draft.kind === 'infra.change' || draft.kind === 'infra.destroy';
  if (!changes || !PROGRAMS.has(operation.program) || draft.attributes.environment !== undefined) return draft;
  const environment = selectedIn(folderOf(operation), lookup);
  return environment === undefined ? draft : { ...draft, attributes: { ...draft.attributes, environment } };
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
