import { expect, test } from 'vitest';
import { withWorkspace } from '../../../../daemon/engine/measure-workspace.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { staticWord } from '../../../../daemon/engine/understand/words.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, draft, factsOf, operation } from './fixtures.ts';

const selected = (folder: string, text: string) =>
  factsOf([{ need: { kind: 'text', path: `${folder}/.terraform/environment` }, data: { text } }]);

const environmentOf = (facts: ReturnType<typeof factsOf>, argv: readonly string[], attributes = {}) => {
  const call = operation({ program: argv[0] ?? '', argv: [...argv], words: argv.map(staticWord) });
  return withWorkspace(draft('infra.change', [], { attributes }), call, createLookup(facts)).attributes.environment;
};

test(verifies('judge:workspace'), () => {
  expect(environmentOf(selected(CWD, 'prod\n'), ['terraform', 'apply'])).toBe('production');
  expect(environmentOf(selected(`${CWD}/live`, 'staging'), ['tofu', '-chdir=live', 'apply'])).toBe('staging');
  expect(environmentOf(selected(CWD, 'feature-7'), ['terraform', 'apply'])).toBeUndefined();
  expect(environmentOf(new Map(), ['terraform', 'apply'])).toBe('unknown');
  expect(environmentOf(selected(CWD, 'prod'), ['pulumi', 'up'])).toBeUndefined();
  expect(environmentOf(selected(CWD, 'prod'), ['terraform', 'apply'], { environment: 'local' })).toBe('local');
});
