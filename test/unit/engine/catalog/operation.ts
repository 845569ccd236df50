/** Builds operations for the catalog tests from plain command lines. */
import type { Action } from '../../../../protocol/action.ts';
import { factKey, type FactNeed, type FactValue } from '../../../../protocol/facts.ts';
import { effectsOf } from '../../../../daemon/engine/catalog/effects-of.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { noParsers } from '../../../../daemon/engine/sql/load.ts';
import type { EffectDraft, ParsedOperation, Parsers, Word } from '../../../../daemon/engine/types.ts';

export const CWD = '/home/dev/project';

export function word(text: string): Word {
  return { text, dynamic: text.includes('$'), glob: /[*?]/.test(text) };
}

/** Blanks separate words; single quotes keep blanks together. Enough for tests, and no shell. */
export function split(line: string): Word[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? word(plain ?? '') : { text: quoted, dynamic: false, glob: false },
  );
}

export function operationOf(words: readonly Word[], more: Partial<ParsedOperation> = {}): ParsedOperation {
  return {
    program: words[0]?.text.split('/').at(-1) ?? '',
    argv: words.map(({ text }) => text),
    cwd: CWD,
    via: [],
    dynamic: words.some(({ dynamic }) => dynamic),
    words,
    redirects: [],
    stdin: { kind: 'inherited', stdin: 'tty' },
    env: {},
    privileged: false,
    remote: undefined,
    ownEffects: [],
    ...more,
  };
}

export type World = {
  readonly facts?: readonly (readonly [FactNeed, FactValue])[];
  readonly parsers?: Parsers;
  readonly operation?: Partial<ParsedOperation>;
};

export function judgeLine(line: string, world: World = {}) {
  const operation = operationOf(split(line), world.operation);
  const lookup = createLookup(new Map((world.facts ?? []).map(([need, value]) => [factKey(need), value])));
  const action: Action = { kind: 'exec', argv: [...operation.argv], cwd: CWD, env: {}, agent: 'test', session: 's', stdin: 'tty' }; // prettier-ignore
  const effects = effectsOf(operation, { action, lookup, parsers: world.parsers ?? noParsers });
  return { effects, needs: [...lookup.needs.values()] };
}

export function effectsOfLine(line: string, world?: World): readonly EffectDraft[] {
  return judgeLine(line, world).effects;
}

/** `file.delete /a /b recursive force`: one line per effect, for tables. */
export function shown(effects: readonly EffectDraft[]): string[] {
  return effects.map(({ kind, targets, attributes }) =>
    [
      kind,
      ...targets.map(({ name }) => name.replace(`${CWD}/`, '')),
      ...Object.entries(attributes).map(([name, value]) => (value === true ? `+${name}` : `+${name}=${String(value)}`)),
    ].join(' '),
  );
}
