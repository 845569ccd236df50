/** The route table, seen as the two APIs that are documented apart. */
import { ROUTES, type Right, type Route } from '../../../protocol/routes.ts';

export type Api = 'agent' | 'control';

export type NamedRoute = Route & { readonly name: string };

export const API_TITLES: Readonly<Record<Api, string>> = {
  agent: 'agent.sock: what an agent may ask',
  control: 'control.sock: what a person may see and decide',
};

export const RIGHT_MEANINGS: Readonly<Record<Right, string>> = {
  ask: 'any process of the same user',
  look: 'any process of the same user that is not below a governed agent',
  enter: 'the same; what it opens or enrols it proves by a signature',
  decide: 'a terminal or app that holds a control session',
};

export function routesOf(api: Api): NamedRoute[] {
  return Object.entries(ROUTES)
    .map(([name, route]): NamedRoute => ({ name, ...route }))
    .filter(({ right }) => (api === 'agent') === (right === 'ask'));
}

export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].flatMap((match) => match[1] ?? []);
}
