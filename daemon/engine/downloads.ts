/** Code that this session fetched from the network in an earlier action and now starts. */
import type { Effect } from '../../protocol/effect.ts';
import type { SessionFact } from '../../protocol/facts.ts';
import { isWithin, normalPath } from './measure-location.ts';
import type { Lookup, ParsedOperation } from './types.ts';
import { resolvePath } from './understand/paths.ts';

/** Whether what the session did before bears on what this effect runs. */
export function runsFile(effect: Effect, operation: ParsedOperation | undefined): boolean {
  return startedFiles(effect, operation).length > 0;
}

export function withDownloads(
  effect: Effect,
  operation: ParsedOperation | undefined,
  session: SessionFact | undefined,
  lookup: Lookup,
): Effect {
  const downloaded = session?.downloaded ?? [];
  if (downloaded.length === 0) return effect;
  const files = startedFiles(effect, operation);
  const isDownload = files.some((file) => downloaded.some((path) => isWithin(realPath(file, lookup), path)));
  return isDownload ? { ...effect, attributes: { ...effect.attributes, downloaded: true } } : effect;
}

/** Paths of what is started: a program by its path, a script by what its interpreter is given. */
function startedFiles({ kind, targets }: Effect, operation: ParsedOperation | undefined): string[] {
  if ((kind !== 'code.run' && kind !== 'code.opaque') || operation === undefined) return [];
  if (operation.remote !== undefined) return [];
  const [program, ...words] = operation.words.filter(({ dynamic, glob }) => !dynamic && !glob);
  const named = targets.flatMap(({ kind: of, name, dynamic }) => (of === 'resource' || dynamic === true ? [] : [name]));
  // Of code that could not be read there is no name but what the command line says.
  const operand = kind === 'code.opaque' ? words.find(({ text }) => !text.startsWith('-'))?.text : undefined;
  const started = program?.text.includes('/') === true ? program.text : undefined;
  return [...named, operand, started].flatMap((name) => {
    const path = name === undefined ? undefined : resolvePath(operation.cwd, name);
    return path === undefined ? [] : [normalPath(path)];
  });
}

function realPath(file: string, lookup: Lookup): string {
  const answer = lookup.ask<'path'>({ kind: 'path', path: file });
  return answer.kind === 'known' ? answer.data.realPath : file;
}
