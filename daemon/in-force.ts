/** Settings, rules and Rego as they are in force together: all of them out of the same accepted texts. */
import type { Paths } from '../protocol/paths.ts';
import type { Found, Sources } from './accepted/sources.ts';
import { openConfig, type ConfigInForce, type ConfigText } from './config/config-in-force.ts';
import { joinPolicies, openPolicies, type Policies, type PolicyTexts } from './policies-in-force.ts';
import { openRego, type Rego } from './policy/rego/rego.ts';
import type { BundleShelf } from './policy/rego/settings.ts';

export type InForce = {
  readonly config: ConfigInForce;
  /** Of the rules alone until `withRego`. */
  readonly rules: Policies;
  /** Brings into force what loads; returns what holds then, which is what was there before for the rest. */
  take(found: Found): Sources;
  problemsOf(found: Found): readonly string[];
  withRego(wallMs: () => number): Promise<{ readonly rego: Rego; readonly policies: Policies }>;
  /** What holds. */
  sources(): Sources;
};

export function openInForce(paths: Paths, first: Found): InForce {
  let holds = first.sources;
  const config = openConfig(paths.config, configOf(first));
  const rules = openPolicies(
    { userFolder: paths.policies, preparedFile: `${paths.home}/cache/policy`, choice: config.policy },
    policiesOf(first),
  );
  let bundle: Shelved = { accepted: holds.bundle, fault: first.faults.bundle };
  return {
    config,
    rules,
    sources: () => holds,
    take(found) {
      const { sources } = found;
      // The settings choose the preset and the packs.
      const [chosen, ruled] = [config.take(configOf(found)), rules.take(policiesOf(found))];
      bundle = { accepted: sources.bundle, fault: found.faults.bundle };
      holds = {
        config: chosen ? sources.config : holds.config,
        policies: ruled ? sources.policies : holds.policies,
        bundle: sources.bundle,
      };
      return holds;
    },
    problemsOf(found) {
      const settings = openConfig(paths.config, configOf(found));
      const { bundle: fault } = found.faults;
      return [
        ...settings.problems(),
        ...rules.check(policiesOf(found), settings.policy()),
        ...(fault === undefined ? [] : [`the Rego policy cannot be read: ${fault}`]),
      ];
    },
    async withRego(wallMs) {
      const settings = () => config.current().rego;
      const rego = await openRego({ settings, folder: paths.policies, wallMs, shelf: shelfOf(() => bundle) });
      return { rego, policies: joinPolicies(rules, rego) };
    },
  };
}

type Shelved = { readonly accepted: Sources['bundle']; readonly fault: string | undefined };

/** A bundle is taken from what was accepted, never from the folder. */
function shelfOf(bundle: () => Shelved): BundleShelf {
  return {
    follow() {
      let known = bundle();
      return () => {
        const changed = bundle() !== known;
        known = bundle();
        return changed;
      };
    },
    read(file) {
      const { accepted, fault } = bundle();
      if (fault !== undefined) throw new Error(fault);
      if (accepted === null || !file.endsWith(`/${accepted.file}`)) throw new Error('there is no such file');
      return Buffer.from(accepted.base64, 'base64');
    },
  };
}

function configOf({ sources, faults }: Found): ConfigText {
  return faults.config === undefined ? { text: sources.config } : { fault: faults.config };
}

function policiesOf({ sources, faults }: Found): PolicyTexts {
  return faults.policies === undefined ? { sources: sources.policies } : { fault: faults.policies };
}
