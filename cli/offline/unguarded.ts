/** Programs of an action that no shell asks about, because nothing stands before them in PATH. */
import type { Assessment } from '../../protocol/assessment.ts';
import { DEFAULT_TOOLS } from '../../shims/tools.ts';
import { ownTools } from '../run/shims.ts';

/** Only of what matters: the operations that some rule has points against. */
export function unguardedPrograms({ operations, findings }: Assessment, shims: string): readonly string[] {
  const installed = ownTools(shims);
  const guarded = new Set(installed.length === 0 ? DEFAULT_TOOLS : installed);
  const judged = new Set(findings.filter(({ points }) => points > 0).map(({ operation }) => operation));
  const names = operations.flatMap(({ program, argv }, index) => {
    const [typed = ''] = argv;
    return judged.has(index) && !guarded.has(typed) ? [typed === '' ? program : typed] : [];
  });
  return [...new Set(names)];
}
