/** Safer forms of commands that a rule can name; each is judged again before it runs. */
import type { RuleSubject } from '../policy.ts';
import { withLease } from './git-lease.ts';
import { kubectlDryRun, terraformPlan } from './rehearsals.ts';
import { sqlCount } from './sql-count.ts';

type Rewrite = {
  readonly about: string;
  /** `undefined` where there is no such form. */
  readonly form: (subject: RuleSubject) => readonly string[] | undefined;
};

export const REWRITES = {
  'git-lease': {
    about: '`git push --force` becomes `--force-with-lease`, which refuses to drop commits that were not seen',
    form: ({ operation }) => withLease(operation.argv),
  },
  'kubectl-dry-run': {
    about: '`kubectl delete` becomes a rehearsal by the server, which deletes nothing',
    form: ({ operation }) => kubectlDryRun(operation.argv),
  },
  'terraform-plan': {
    about: '`terraform apply` and `destroy` become `plan`, which changes nothing',
    form: ({ operation }) => terraformPlan(operation.argv),
  },
  'sql-count': {
    about: 'a DELETE or UPDATE without a filter becomes a count of its rows in a read-only transaction',
    form: ({ operation, effect }) => sqlCount(operation.argv, effect.targets),
  },
  'saved-first': {
    about: 'the command as it is, once all that nothing else brings back is in the trash',
    form: ({ operation, effects }) => (effects.every(isSaved) ? operation.argv : undefined),
  },
} as const satisfies Record<string, Rewrite>;

export type RewriteName = keyof typeof REWRITES;

/** Effects of a command that does nothing but take files away or write over them. */
const OF_FILES: ReadonlySet<string> = new Set(['file.read', 'file.write', 'file.delete']);
const MODEST: ReadonlySet<string | undefined> = new Set(['temp', 'workspace', 'home-subtree', 'outside']);

const LOSES: ReadonlySet<string | undefined> = new Set(['none', 'partial', 'unknown']);

function isSaved({ kind, attributes }: RuleSubject['effect']): boolean {
  if (!OF_FILES.has(kind) || attributes.privileged === true || attributes.remote === true) return false;
  const destroys = kind === 'file.delete' || (kind === 'file.write' && attributes.overwrite === true);
  if (destroys && !MODEST.has(attributes.location)) return false;
  return !destroys || !LOSES.has(attributes.recovery) || attributes.restorable === true;
}
