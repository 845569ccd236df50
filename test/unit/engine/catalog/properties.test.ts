import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Action } from '../../../../protocol/action.ts';
import { EffectAttributes } from '../../../../protocol/effect.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { effectsOfLine, judgeLine, operationOf, shown, word } from './operation.ts';
import { effectsOf } from '../../../../daemon/engine/catalog/effects-of.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { noParsers } from '../../../../daemon/engine/sql/load.ts';

const PROGRAMS = ['rm', 'git', 'docker', 'kubectl', 'aws', 'gh', 'npm', 'curl', 'psql', 'tar', 'find', 'dd', 'ssh', 'terraform', 'stripe', 'restic', 'prisma', 'knex', 'nginx', 'dig', 'reg', 'del', 'robocopy', 'mail', 'slack', 'cast', 'eksctl', 'wrangler', 'java', 'printenv', 'countersign', 'python3', 'constructor', '__proto__', 'toString', '']; // prettier-ignore
const WORDS = ['-rf', '--force', '--', '-', '-x', '--all', 'push', 'delete', 'reset', '--hard', 'a', '/', '$X', '--opt=v', 'constructor', '__proto__', '-c', '', '*']; // prettier-ignore
const anyWord = fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 }));

test(verifies('catalog:total'), () => {
  fc.assert(
    fc.property(fc.constantFrom(...PROGRAMS), fc.array(anyWord, { maxLength: 8 }), (program, rest) => {
      const operation = operationOf([program, ...rest].map(word));
      const action: Action = { kind: 'exec', argv: [program], cwd: '/', env: {}, agent: 'a', session: 's', stdin: 'tty' };
      const effects = effectsOf(operation, { action, lookup: createLookup(new Map()), parsers: noParsers });
      for (const effect of effects) expect(Object.values(effect.attributes)).not.toContain(undefined);
    }),
  );
}); // prettier-ignore

test(verifies('catalog:option-order'), () => {
  const calls = [
    ['rm', ['-r', '-f', 'a', 'b']],
    ['git push', ['--force', 'origin', '--no-verify', 'main']],
    ['docker rm', ['-f', '-v', 'x']],
    ['chmod', ['-R', '777', 'a', '-v']],
    ['npm publish', ['--dry-run', '--force', '.']],
  ] as const;
  const options = (words: readonly string[]) => words.filter((text) => text.startsWith('-'));
  const operands = (words: readonly string[]) => words.filter((text) => !text.startsWith('-'));
  fc.assert(
    fc.property(fc.constantFrom(...calls), fc.nat(), ([program, words], seed) => {
      const moved = options(words).map((option, index) => ({ option, at: (seed >> (index * 2)) % (operands(words).length + 1) })); // prettier-ignore
      const shuffled = [...operands(words), undefined].flatMap((operand, at) => [...moved.filter((entry) => entry.at === at).map(({ option }) => option), ...(operand === undefined ? [] : [operand])]); // prettier-ignore
      const sorted = (list: readonly string[]) => list.map((line) => line.split(' ').toSorted().join(' '));
      expect(sorted(shown(effectsOfLine([program, ...shuffled].join(' '))))).toEqual(
        sorted(shown(effectsOfLine([program, ...words].join(' ')))),
      );
    }),
  );
});

test(verifies('catalog:dry-run'), () => {
  const lines = ['git push -f origin x', 'git clean -fdx', 'git rm -r a', 'npm publish', 'kubectl delete pod x', 'rsync -a --delete a b:c', 'cargo publish', 'aws s3 rm s3://b --recursive']; // prettier-ignore
  for (const line of lines) {
    const flag = line.startsWith('aws') ? '--dryrun' : line.startsWith('kubectl') ? '--dry-run=client' : '--dry-run';
    const real = judgeLine(line).effects;
    const rehearsed = judgeLine(`${line} ${flag}`).effects;
    expect(rehearsed.map(({ kind }) => kind)).toEqual(real.map(({ kind }) => kind));
    expect(rehearsed.every(({ attributes }) => attributes.dryRun === true), line).toBe(true); // prettier-ignore
  }
});

const TOOL_WORDS = ['get', 'send', 'delete', 'create', 'bulk', 'file', 'email', 'payment', 'refund', 'users', 'sql', 'query', 'instances', 'calendar', 'event', 'draft', 'mcp__a__b', '.', '__', '_', '-', 'constructor', '__proto__', 'toString', '漢']; // prettier-ignore
const TOOL_KEYS = ['path', 'to', 'amount', 'filter', 'url', 'sql', 'count', 'ids', 'dry_run', 'constructor', '__proto__', 'file_id', 'instance_type', 'participants']; // prettier-ignore

test(verifies('catalog:tools-total'), () => {
  const name = fc.array(fc.constantFrom(...TOOL_WORDS), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('_'));
  const args = fc.dictionary(fc.oneof(fc.constantFrom(...TOOL_KEYS), fc.string({ maxLength: 6 })), fc.jsonValue({ maxDepth: 4 })); // prettier-ignore
  fc.assert(
    fc.property(name, args, (tool, given) => {
      const action: Action = { kind: 'tool', tool, args: given as Extract<Action, { kind: 'tool' }>['args'], cwd: '/', env: {}, agent: 'a', session: 's' };
      const operation = operationOf([], { program: `tool:${tool}` });
      const effects = effectsOf(operation, { action, lookup: createLookup(new Map()), parsers: noParsers });
      for (const effect of effects) expect(EffectAttributes.safeParse(effect.attributes).success).toBe(true);
    }),
  );
}); // prettier-ignore
