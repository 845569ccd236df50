import { expect, test } from 'vitest';

import type { Action } from '../../../../protocol/action.ts';
import { effectsOf } from '../../../../daemon/engine/catalog/effects-of.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { loadSqlParsers } from '../../../../daemon/engine/sql/load.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, operationOf, shown } from './operation.ts';

const parsers = await loadSqlParsers();
const shared = { cwd: CWD, env: {}, agent: 'test', session: 's' } as const;

function effects(action: Action, program: string): string[] {
  return shown(effectsOf(operationOf([], { program }), { action, lookup: createLookup(new Map()), parsers }));
}

function tool(name: string, args: Extract<Action, { kind: 'tool' }>['args'] = {}): string[] {
  return effects({ kind: 'tool', tool: name, args, ...shared }, `tool:${name}`);
}

const ROWS: readonly (readonly [string, Extract<Action, { kind: 'tool' }>['args'], ...string[]])[] = [
  ['Read', { file_path: 'a.ts' }, 'file.read a.ts'],
  ['Read', { file_path: '.env' }, 'file.read .env', 'secret.read .env'],
  ['Write', { file_path: 'a.ts' }, 'file.write a.ts +overwrite'],
  ['Edit', { file_path: 'a.ts' }, 'file.write a.ts'],
  ['delete_file', { path: 'a.ts' }, 'file.delete a.ts'],
  ['deleteFile', { path: 'a.ts' }, 'file.delete a.ts'],
  ['send_email', { to: 'bob' }, 'message.send bob +remote'],
  ['send_email', { to: 'everyone@example.org' }, 'message.send everyone@example.org +remote +bulk'],
  ['issue_refund', { customer: 'c1' }, 'payment.move c1 +remote'],
  ['delete_account', { account: 'a1' }, 'account.change a1 +remote'],
  ['bulk_delete_users', { user: 'u' }, 'account.change u +remote +bulk'],
  ['add_user_to_channel', { user: 'ada' }, 'account.change ada +remote +additive'],
  ['add_user_to_group', { user: 'ada', role: 'admin' }, 'account.change ada admin +remote'],
  ['add_admin_user', { user: 'ada' }, 'account.change ada +remote'],
  ['update_password', { user: 'ada' }, 'account.change ada +remote'],
  ['list_users', {}],
  ['get_balance', {}],
  ['mcp__shop__search_orders', {}],
  ['get_and_delete_record', { id: 'r' }, 'db.delete r +remote +hasFilter +byKey'],
  [`mcp${'_mcp'.repeat(60)}`, {}, `code.run mcp${'_mcp'.repeat(60)} +unknownProgram`],
  ['execute_sql', { sql: 'drop table t' }, 'db.drop t +environment=unknown'],
  ['execute_sql', {}, 'code.opaque execute_sql'],
  ['http_request', { url: 'http://localhost/x', method: 'DELETE' }, 'net.send http://localhost/x +method=DELETE +environment=local'], // prettier-ignore
  ['frobnicate', {}, 'code.run frobnicate +unknownProgram'],
];

test.each(ROWS.map(([name, args, ...expected]) => ({ name, args, expected })))(
  '$name $args',
  ({ name, args, expected }) => {
    // prettier-ignore
    expect(tool(name, args)).toEqual(expected);
  },
);

test(verifies('catalog:tools'), () => {
  const mcp: Action = { kind: 'mcp', server: 'mail', tool: 'sendEmail', args: { to: 'bob' }, ...shared };
  expect(effects(mcp, 'mcp:mail/sendEmail')).toEqual(tool('send_email', { to: 'bob' }));
});

test(verifies('catalog:http'), () => {
  const http = (method: string): Action => ({ kind: 'http', method, url: 'https://a.io/x', bodyBytes: 0, ...shared });
  expect(effects(http('get'), 'http')).toEqual(['net.fetch https://a.io/x +method=GET']);
  expect(effects(http('DELETE'), 'http')).toEqual(['net.send https://a.io/x +method=DELETE']);
});

test(verifies('catalog:sql'), () => {
  const sql: Action = { kind: 'sql', dialect: 'postgresql', source: 'delete from t', database: 'prod', ...shared };
  expect(effects(sql, 'sql')).toEqual(['db.delete t prod +environment=production +hasFilter=false +bulk']);
});
