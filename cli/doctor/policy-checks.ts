/** The policy and the settings: they load, and the daemon judges by them. */
import { configOnDisk } from '../offline/config-problems.ts';
import { policyOnDisk } from '../offline/policy-problems.ts';
import { plural } from '../show/status.ts';
import { fail, ok, skipped, warn, word, type Check } from './check.ts';

export const POLICY_CHECKS: readonly Check[] = [
  {
    id: 'config.loads',
    group: 'Policy',
    needs: ['folder.home'],
    look({ context: { paths } }) {
      const { exists, problems } = configOnDisk(paths);
      const [first] = problems;
      if (first !== undefined) return fail(first, `\${EDITOR:-vi} +${/:(\d+):\d+: /.exec(first)?.[1] ?? 1} ${word(paths.config)}; countersign config check`);
      return exists ? ok(paths.config) : skipped('no settings file: the defaults hold');
    },
  },
  {
    id: 'policy.loads',
    group: 'Policy',
    look({ context }) {
      const { files, problems } = policyOnDisk(context.paths);
      const [first] = problems;
      if (first === undefined) return ok(plural(files, 'file'));
      const { file, line, col, message } = first;
      const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
      return fail(`${file}:${line}:${col}: ${message}${more}`, `\${EDITOR:-vi} +${line} ${word(file)}; countersign policy check`);
    },
  },
  {
    id: 'policy.in-force',
    group: 'Policy',
    needs: ['policy.loads', 'daemon.control'],
    async look({ context, status }) {
      const { digest } = policyOnDisk(context.paths);
      const { policyDigest, waiting } = await status();
      if (waiting !== undefined) return warn(`an edit of ${waiting.files.map(word).join(', ')} waits for you, because an agent could have made it`, 'countersign policy accept');
      if (digest === policyDigest) return ok(`the daemon judges by these files (${digest.slice(0, 12)})`);
      return warn(`the daemon judges by another policy (${policyDigest.slice(0, 12)}) than the files say (${digest.slice(0, 12)})`, 'countersign down; countersign up');
    },
  },
]; // prettier-ignore
