/** Edits of policies and settings, noticed while the daemon runs. */
import type { LiveMessage } from '../protocol/control-api.ts';
import type { Core } from './core.ts';

/** Called on a tick. What came into force, or why it did not, is logged, recorded and shown. */
export function followEdits(core: Core, tell: (message: LiveMessage) => void): void {
  const digests = { policy: core.policy().digest, config: core.config.digest() };
  // The settings choose the preset and the packs.
  const config = core.config.follow();
  const policies = core.policies.follow();
  if (!policies && !config) return;
  if (policies) sayPolicy(core, digests.policy);
  if (config) sayConfig(core, digests.config);
  const isNew = digests.policy !== core.policy().digest || digests.config !== core.config.digest();
  if (isNew && core.sessions.list().some(({ state }) => state === 'active')) core.problems.happened(BESIDE_A_RUN);
  tell({ type: 'status', status: core.status(false) });
}

/** An agent of the same user can write what its person writes. */
const BESIDE_A_RUN =
  'policies or settings changed while an agent ran; if it was not you, `countersign agents revoke` it and look at `countersign policy list` and `countersign config show`';

function sayPolicy({ policies, policy, recordSoon, events, log }: Core, before: string): void {
  const { digest } = policy();
  const [problem] = policies.problems();
  if (problem !== undefined) {
    log.part('policy').warn('an edit of the policies does not load; the last good ones stay', { problem });
    recordSoon([events.policyRefused(problem)]);
  } else if (digest !== before) {
    log.part('policy').info('a policy came into force', { digest });
    recordSoon([events.policyLoaded(digest)]);
  }
}

/** Also at start, when there is no last good one but the defaults. */
export function sayConfig({ config, recordSoon, events, log }: Core, before: string): void {
  const digest = config.digest();
  const [problem] = config.problems();
  log.setLevel(config.current().log.level);
  if (problem !== undefined) {
    log.part('config').warn('the settings do not load; what was in force stays', { problem });
    recordSoon([events.configRefused(problem)]);
  } else if (digest !== before) {
    log.part('config').info('settings came into force', { digest });
    recordSoon([events.configLoaded(digest)]);
  }
}
