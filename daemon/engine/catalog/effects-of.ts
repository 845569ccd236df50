/** What one operation does: the catalog's answer for programs, tools, SQL and HTTP requests alike. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, ParsedOperation } from '../types.ts';
import type { CatalogContext } from './entry.ts';
import { isGuardTool, guardEffects } from './guard.ts';
import { hiddenWrites } from './hidden-writes.ts';
import { outputs } from './outputs.ts';
import { programEffects } from './programs.ts';
import { redirectEffects } from './redirects.ts';
import { actionEffects } from './tools/action-effects.ts';

export type { CatalogContext } from './entry.ts';

export function effectsOf(operation: ParsedOperation, context: CatalogContext): readonly EffectDraft[] {
  const direct = actionEffects(operation, context) ?? programEffects(operation, context);
  const guarded = isGuardTool(operation.program) ? [] : guardEffects(operation, direct, context);
  const effects = [
    ...direct,
    ...hiddenWrites(operation),
    ...outputs(operation, direct),
    ...redirectEffects(operation),
    ...guarded,
  ];
  if (operation.remote === undefined && !operation.privileged) return effects;
  return effects.map((effect) => placed(effect, operation));
}

/** Another machine's paths must not be looked at here, and rights of a peeled `sudo` hold for every effect. */
function placed(effect: EffectDraft, { remote, privileged }: ParsedOperation): EffectDraft {
  const targets = remote === undefined ? effect.targets : effect.targets.map((target) => elsewhere(target, remote));
  const attributes = {
    ...effect.attributes,
    ...(remote === undefined ? {} : { remote: true }),
    ...(privileged ? { privileged: true } : {}),
  };
  const { brings } = effect;
  return {
    kind: effect.kind,
    targets,
    attributes,
    ...(brings === undefined || remote !== undefined ? {} : { brings }),
  };
}

function elsewhere(target: Target, remote: string): Target {
  return target.kind === 'path' ? { ...target, kind: 'resource', name: `${remote}:${target.name}` } : target;
}
