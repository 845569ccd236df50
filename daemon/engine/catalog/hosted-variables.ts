/** Variables that a hosting platform keeps for an app: some are keys, the others only settings. */
import type { Catalog, Condition, Rule } from './entry.ts';
import { does, has, nothing, when } from './rules.ts';
import { operands, optionNames } from './targets.ts';
import { byVerb, family } from './verbs.ts';

/** Addresses of databases hold the password. */
const HOLDS_SECRET = /token|secret|passw|credential|key|auth|cert|salt|webhook|(?:url|uri|dsn|conn(?:ection)?(?:_?string)?)$/i; // prettier-ignore

export const handsOutVariables = does('secret.read', () => [{ kind: 'resource', name: 'variables of the app' }]);

/** `env:get NAME`; without a name it prints all of them. */
const handsOutNamed: Rule = (call) => {
  const names = call.args.operands;
  if (names.length === 0) return handsOutVariables(call);
  const secret = names.some(({ text, dynamic }) => dynamic || HOLDS_SECRET.test(text));
  return (secret ? does('secret.read', operands('resource')) : does('cloud.read'))(call);
};

const verbs = byVerb(family('cloud'));
/** The whole command, as far as this program knows it: other platforms mean something else by the word. */
const bare = (program: string): Condition => ({ operation, args }) =>
  operation.program === program && args.operands.length === 0; // prettier-ignore

export const hostedVariables: Catalog = {
  // Replaces the variables of the other site.
  'env:clone env:import': {
    options: 'to= from=',
    effects: does('cloud.change', optionNames('resource', 'to'), { remote: true }),
  },
  'env:list': { options: 'plain json', effects: when(has('plain', 'json'), handsOutVariables, does('cloud.read')) },
  'env:get config:get functions:config:get': { options: 's|shell j|json', effects: handsOutNamed },
  'config:show config:export': { effects: handsOutVariables },
  config: { options: 's|shell j|json', effects: when(bare('heroku'), handsOutVariables, verbs) },
  variables: { options: 'set= k|kv', effects: when(has('set'), does('cloud.change', optionNames('resource', 'set'), { remote: true }), when(bare('railway'), handsOutVariables, verbs)) }, // prettier-ignore
  printenv: { effects: when(bare('eb'), handsOutVariables, nothing) },
};
