/** Edits of policies and settings, noticed while the daemon runs. */
import type { LiveMessage } from '../protocol/control-api.ts';
import type { Core } from './core.ts';

type Seen = { readonly digest: string; readonly problem: string | undefined };

/** To be called on a tick. What came into force, waits, or does not load is logged, recorded and shown. */
export function followEdits(core: Core, tell: (message: LiveMessage) => void): () => void {
  let [policy, config] = [seenPolicy(core), seenConfig(core)];
  let waiting = core.acceptance.waiting();
  let problems = core.policies.problems().join('\n');
  return () => {
    core.acceptance.look();
    core.policies.follow();
    const before = { policy, config, waiting, problems };
    [policy, config, waiting] = [seenPolicy(core), seenConfig(core), core.acceptance.waiting()];
    problems = [...core.policies.problems(), ...core.config.problems()].join('\n');
    if (isNew(before.policy, policy)) sayPolicy(core, before.policy.digest);
    if (isNew(before.config, config)) sayConfig(core, before.config.digest);
    if (before.waiting === undefined && waiting !== undefined) {
      core.log.part('policy').warn('an edit waits for a person', { files: waiting.files });
    }
    const isTold =
      !isNew(before.policy, policy) && !isNew(before.config, config) && before.waiting?.digest === waiting?.digest;
    if (!isTold || before.problems !== problems) tell({ type: 'status', status: core.status(false) });
  };
}

function seenPolicy({ policies }: Core): Seen {
  return { digest: policies.current().digest, problem: policies.problems()[0] };
}

function seenConfig({ config }: Core): Seen {
  return { digest: config.digest(), problem: config.problems()[0] };
}

function isNew(before: Seen, now: Seen): boolean {
  return before.digest !== now.digest || before.problem !== now.problem;
}

function sayPolicy({ policies, recordSoon, events, log }: Core, before: string): void {
  const { digest } = policies.current();
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
