import { expect, test } from 'vitest';

import { serviceEffects } from '../../../../daemon/engine/catalog/http-services.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { effectsOfLine, shown } from './operation.ts';

type Row = readonly [method: string, url: string, body: string, ...kinds: string[]];

const ROWS: readonly Row[] = [
  ['GET', 'https://api.stripe.com/v1/refunds', ''],
  ['POST', 'https://api.stripe.com/v1/refunds', 'charge=c', 'payment.move'],
  ['POST', 'https://user@API.stripe.com:443/v1/payouts?x=1', '', 'payment.move'],
  ['POST', 'https://rpc.example.org', '{"method": "eth_sendRawTransaction"}', 'payment.move'],
  ['POST', 'https://rpc.example.org', '{"method": "eth_call"}'],
  ['GET', 'https://slack.com/api/conversations.list', ''],
  ['POST', 'https://hooks.slack.com/services/x', '', 'message.send'],
  ['GET', 'https://api.telegram.org/bot1/sendMessage?text=x', '', 'message.send'],
  ['GET', 'https://api.github.com/repos/a/b', ''],
  ['POST', 'https://api.github.com/repos/a/b/issues', '', 'forge.change +additive'],
  ['PUT', 'https://api.github.com/repos/a/b/pulls/3/merge', '', 'forge.change'],
  ['DELETE', 'https://api.github.com/repos/a/b', '', 'forge.delete'],
  ['POST', 'https://api.github.com/graphql', '{"query":"{viewer{login}}"}'],
  ['POST', 'https://api.github.com/graphql', '{"query":"mutation {x}"}', 'forge.change'],
  ['PUT', 'https://registry.npmjs.org/x', '', 'package.publish'],
  ['DELETE', 'https://registry.npmjs.org/x/-rev/1', '', 'package.unpublish'],
  ['POST', 'http://localhost:9200/logs/_search', '{}'],
  ['POST', 'http://localhost:9200/logs/_delete_by_query', '{"query":{"term":{"a":1}}}', 'db.delete +hasFilter'],
  ['POST', 'http://localhost:9200/logs/_delete_by_query', '{"query":{"match_all":{}}}', 'db.delete +bulk'],
  ['DELETE', 'http://localhost:9200/logs-*', '', 'db.drop +bulk'],
  ['PUT', 'http://search.internal/_cluster/settings', '', 'db.admin'],
  ['DELETE', 'https://k8s.internal/api/v1/namespaces/shop', '', 'cluster.delete'],
  ['GET', 'https://vault.internal/v1/secret/data/app', '', 'secret.read'],
  ['DELETE', 'https://compute.googleapis.com/compute/v1/projects/p/zones/z/instances/i', '', 'cloud.delete'],
  ['POST', 'https://example.org/api/refunds', ''],
  ['POST', 'https://ci.example.org/job/nightly/doDelete', '', 'cloud.delete'],
  ['POST', 'https://example.org/documents/delete-batch', '', 'cloud.delete'],
  ['POST', 'http://localhost:3000/items/delete', ''],
  ['POST', 'https://example.org/items/undeleted', ''],
  ['POST', 'https://example.org/graphql', '{"query":"mutation { deleteItem(id: 1) { id } }"}', 'cloud.delete'],
  ['POST', 'https://example.org/graphql', '{"query":"mutation { renameItem(id: 1) { id } }"}'],
];

test.each(ROWS.map(([method, url, body, ...expected]) => ({ method, url, body, expected })))(
  `${verifies('catalog:http-services')}: $method $url`,
  ({ method, url, body, expected }) => {
    const found = serviceEffects({ method, url, body }).map(({ kind, attributes }) => `${kind}${attributes.additive === true ? ' +additive' : ''}${attributes.bulk === true ? ' +bulk' : attributes.hasFilter === true ? ' +hasFilter' : ''}`); // prettier-ignore
    expect(found).toEqual(expected);
  },
);

test(verifies('catalog:http-socket'), () => {
  const kinds = (line: string) => effectsOfLine(line).map(({ kind }) => kind);
  expect(kinds('curl --unix-socket /var/run/docker.sock http://x/containers/json')).toEqual(['net.fetch']);
  expect(kinds('curl --unix-socket /run/docker.sock -XPOST http://x/containers/create')).toContain('privilege.gain');
  expect(shown(effectsOfLine('curl -d amount=1 https://api.stripe.com/v1/charges'))).toEqual([
    'net.send https://api.stripe.com/v1/charges +method=POST',
    'payment.move https://api.stripe.com/v1/charges +remote +method=POST',
  ]);
});
