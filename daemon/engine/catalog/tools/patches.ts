/** Patches that editors of agents take as one text: which files they add, change, move and delete. */
import type { Target } from '../../../../protocol/effect.ts';
import type { EffectDraft } from '../../types.ts';
import { pathTarget } from '../paths.ts';
import { draft } from '../rules.ts';
import { writeEffects } from '../writes.ts';
import type { ToolCall, ToolRule } from './call.ts';

/** Files of one patch; of a larger one it is not known what else it writes. */
const MAX_FILES = 500;
const HEADER = /^\*\*\* (Add File|Update File|Delete File|Move to): (.+?)[ \t]*\r?$/gm;

type Step = { readonly does: string; readonly path: string };

const textsOf = ({ args }: ToolCall): readonly string[] => args.texts('command', 'input', 'patch', 'patchtext', 'patchcontent', 'diff'); // prettier-ignore

export const patchRules: readonly ToolRule[] = [
  { when: (call) => textsOf(call).some((text) => text.includes('*** Begin Patch')), effects: patchEffects },
];

function patchEffects(call: ToolCall): readonly EffectDraft[] {
  const steps = textsOf(call).flatMap((text) => [...text.matchAll(HEADER)].map(([, does = '', path = '']): Step => ({ does, path }))); // prettier-ignore
  const known = steps.slice(0, MAX_FILES);
  const effects = known.flatMap((step, at) => stepEffects(call, step, known[at + 1]));
  return steps.length === 0 || steps.length > MAX_FILES ? [...effects, draft('file.write')] : effects;
}

function stepEffects({ cwd }: ToolCall, { does, path }: Step, next: Step | undefined): readonly EffectDraft[] {
  const target = targetAt(cwd, path);
  switch (does) {
    case 'Add File':
      return writeEffects([target], { overwrite: true });
    case 'Delete File':
      return [draft('file.delete', [target])];
    case 'Move to':
      return writeEffects([target], { overwrite: true });
    default:
      // What is changed and moved is written where it goes.
      return next?.does === 'Move to' ? [{ ...draft('file.move', [target]), brings: [{ from: target, to: targetAt(cwd, next.path) }] }] : writeEffects([target], {}); // prettier-ignore
  }
}

function targetAt(cwd: string, text: string): Target {
  return pathTarget(cwd, { text, dynamic: false, glob: false });
}
