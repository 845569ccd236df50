/** Which of many paths lead to Countersign's own files: asked of every program that is not known only to read. */
import { resolve } from 'node:path';
import type { GuardedFact } from '../../protocol/facts.ts';
import { locationOf } from './location.ts';
import { LookFailure, type LookContext } from './look-context.ts';
import { physicalPathOf, realPathOf } from './paths.ts';

type Leads = 'own' | 'elsewhere' | 'unseen';

export async function lookAtGuarded(
  paths: readonly string[],
  { places }: Pick<LookContext, 'places'>,
): Promise<GuardedFact> {
  const isOwn = (path: string): boolean => locationOf({ path, repoRoot: undefined, whole: false }, places) === 'guard';
  const leads = async (path: string): Promise<Leads> => {
    try {
      const [physical, real] = await Promise.all([physicalPathOf(path), realPathOf(resolve('/', path))]);
      return isOwn(physical) || isOwn(real) ? 'own' : 'elsewhere';
    } catch (error) {
      // What may not be looked at is as closed to the program, which runs as the same user.
      return error instanceof LookFailure ? 'unseen' : 'elsewhere';
    }
  };
  const found = await Promise.all(paths.map(leads));
  const those = (kind: Leads): string[] => paths.filter((_, index) => found[index] === kind);
  return { kind: 'guarded', own: those('own'), unseen: those('unseen') };
}
