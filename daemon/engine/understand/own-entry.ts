/** Countersign's own command line, started by the path of its program. */
import type { Word } from '../types.ts';
import { guardEntry, namesOwnPackage } from './guard-names.ts';
import { resolvePath } from './paths.ts';
import type { Command, Run } from './run.ts';

export function ownEntry(
  run: Run,
  { place }: Command,
  file: Word,
  verb: string | undefined,
): 'own' | 'maybe' | undefined {
  // prettier-ignore
  if (place.remote !== undefined) return undefined;
  const path = file.dynamic ? file.text : (resolvePath(place.cwd, file.text) ?? file.text);
  return guardEntry(path, verb, () => {
    if (!path.startsWith('/') || file.dynamic) return undefined;
    const answer = run.lookup.ask<'text'>({ kind: 'text', path: resolvePath(path, '../../package.json') ?? path });
    if (answer.kind !== 'known') return undefined;
    return answer.data.exists && namesOwnPackage(answer.data.text);
  });
}
