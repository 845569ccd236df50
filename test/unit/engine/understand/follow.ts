/** Runs the real `understand` on shell source or an argv, and prints operations in one line each. */
import { Action } from '../../../../protocol/action.ts';
import { factKey, type FactData, type FactNeed, type FactValue } from '../../../../protocol/facts.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import type { ParsedOperation } from '../../../../daemon/engine/types.ts';
import { understand } from '../../../../daemon/engine/understand/understand.ts';

export type FactPair = readonly [FactNeed, FactData];

const shared = { cwd: '/work', env: { HOME: '/home/me' }, session: 's' };

export function exec(argv: readonly string[], facts: readonly FactPair[] = []): readonly ParsedOperation[] {
  return ask({ kind: 'exec', argv, ...shared }, facts).operations;
}

export function shell(source: string, facts: readonly FactPair[] = []): readonly ParsedOperation[] {
  return exec(['sh', '-c', source], facts);
}

export function action(fields: Record<string, unknown>): readonly ParsedOperation[] {
  return ask({ ...shared, ...fields }, []).operations;
}

/** What was asked for and not known. */
export function needs(argv: readonly string[]): readonly FactNeed[] {
  return ask({ kind: 'exec', argv, ...shared }, []).needs;
}

function ask(fields: Record<string, unknown>, facts: readonly FactPair[]) {
  const known = facts.map(([need, data]): [string, FactValue] => [factKey(need), { known: true, data }]);
  const lookup = createLookup(new Map(known));
  const { operations } = understand(Action.parse(fields), lookup);
  return { operations, needs: [...lookup.needs.values()] };
}

export function textFact(path: string, text: string): FactPair {
  return [
    { kind: 'text', path },
    { kind: 'text', exists: true, text, digest: '' },
  ];
}

export function absent(path: string): FactPair {
  return [
    { kind: 'text', path },
    { kind: 'text', exists: false, text: '', digest: '' },
  ];
}

/** `rm -rf ‹$X› @/tmp !code.opaque`: words, unknown ones in brackets, folder when changed, own effects. */
export function line(operation: ParsedOperation): string {
  const words = operation.words.map((word) => (word.dynamic ? `‹${word.text}›` : word.text));
  const redirects = operation.redirects.map(({ op, target }) => `${op}${target.text}`);
  const place = [
    ...(operation.cwd === '/work' ? [] : [`@${operation.cwd}`]),
    ...(operation.remote === undefined ? [] : [`on ${operation.remote}`]),
    ...operation.ownEffects.map((effect) => `!${effect.kind}`),
  ];
  const name = words.length === 0 || operation.program === '?' ? [operation.program] : [];
  return [...name, ...words, ...redirects, ...place].join(' ');
}

export function lines(operations: readonly ParsedOperation[]): string[] {
  return operations.map(line);
}

export function isOpaque(operations: readonly ParsedOperation[]): boolean {
  return operations.some((operation) => operation.ownEffects.some((effect) => effect.kind === 'code.opaque'));
}
