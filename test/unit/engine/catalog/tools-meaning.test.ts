import { describe, expect, test } from 'vitest';

import type { Action } from '../../../../protocol/action.ts';
import { effectsOf } from '../../../../daemon/engine/catalog/effects-of.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { loadSqlParsers } from '../../../../daemon/engine/sql/load.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, operationOf, shown } from './operation.ts';

const parsers = await loadSqlParsers();
const shared = { cwd: CWD, env: {}, agent: 'test', session: 's' } as const;
type Args = Extract<Action, { kind: 'tool' }>['args'];

function effects(name: string, args: Args = {}, parameters?: string[]): string[] {
  const action: Action = { kind: 'tool', tool: name, args, ...(parameters === undefined ? {} : { parameters }), ...shared }; // prettier-ignore
  return shown(effectsOf(operationOf([], { program: `tool:${name}` }), { action, lookup: createLookup(new Map()), parsers })); // prettier-ignore
}

type Row = readonly [name: string, args: Args, ...effects: string[]];

/** In each family something harmless, something harmful and an odd spelling. */
const FAMILIES: Readonly<Record<string, readonly Row[]>> = {
  'files on this machine': [
    ['list_directory', { path: 'src' }, 'file.read src'],
    ['fs.writeFile', { path: 'src/a.ts' }, 'file.write src/a.ts +overwrite'],
    ['append_to_file', { path: 'notes.md' }, 'file.write notes.md'],
    ['removeDirectory', { dirPath: 'x', path: 'src' }, 'file.delete src +recursive'],
    ['move_file', { source: 'a', destination: 'b' }, 'file.move a', 'file.write b'],
    ['read_text_file', { path: 'deploy/.env' }, 'file.read deploy/.env', 'secret.read deploy/.env'],
  ],
  'what leaves and what comes': [
    ['upload_file', { path: '.env', destination: 'https://example.org' }, 'net.upload .env +remote', 'secret.read .env'],
    ['uploadFile', { file_path: 'a.ts', url: 'https://example.org' }, 'net.upload a.ts https://example.org +remote'],
    ['s3.putObject', { Bucket: 'b', Key: 'k' }, 'cloud.change b k +remote +additive'],
    ['download_file', { url: 'https://example.org/x', path: 'x' }, 'net.fetch https://example.org/x', 'file.write x'],
  ],
  'version control': [
    ['git_status', {}],
    ['git_commit', { message: 'x' }, 'vcs.commit HEAD'],
    ['git_push', { branch: 'main', force: true }, 'vcs.force-push main +remote'],
    ['gitReset', { mode: 'hard' }, 'vcs.discard /home/dev/project +recovery=unknown'],
    ['git-checkout', { branch: 'x' }, 'vcs.commit x'],
  ],
  'files of a service': [
    ['gdrive_search_files', { query: 'plan' }],
    ['drive.createFile', { name: 'plan' }, 'cloud.change plan +remote +additive'],
    ['delete_file', { file_id: '77' }, 'cloud.delete 77 +remote'],
    ['githubPushFiles', { branch: 'feature-1' }, 'forge.change feature-1 +remote +additive'],
  ],
  messages: [
    ['list_messages', {}],
    ['create_draft', { to: 'ada@example.org' }, 'cloud.change ada@example.org +remote +additive'],
    ['send_email', { to: ['ada@example.org', 'bob@example.org'], cc: 'eve@example.org' }, 'message.send ada@example.org bob@example.org eve@example.org +remote +count=3'],
    ['chat.postMessage', { channel: '#general' }, 'message.send #general +remote'],
    ['BroadcastSMS', { numbers: ['1', '2'] }, 'message.send BroadcastSMS +remote +bulk +count=2'],
    ['SLACK_SENDS_A_MESSAGE_TO_A_CHANNEL', { channel: '#general' }, 'message.send #general +remote'],
    ['mcp__social__post_tweet', { text: 'x' }, 'message.send mcp__social__post_tweet +remote +bulk'],
    ['linkedin_create_post', { text: 'x' }, 'message.send linkedin_create_post +remote +bulk'],
    ['launch_email_campaign', { list: 'all' }, 'message.send launch_email_campaign +remote +bulk'],
    ['set_forwarding', { email: 'x@y.example' }, 'persistence.add x@y.example +remote'],
    ['create_mail_rule', { from: 'bank', forwardTo: 'x@y.example' }, 'persistence.add create_mail_rule +remote'],
    ['forward_email', { id: '1', to: 'ada@example.org' }, 'message.send ada@example.org +remote'],
    ['update_bank_details', { iban: 'X' }, 'account.change X +remote'],
    ['get_bank_details', { id: '1' }],
    ['modify_dns_record', { zone: 'z' }, 'cloud.change modify_dns_record +remote'],
    ['list_dns_records', { zone: 'z' }],
    ['disarm_house', {}, 'cloud.change disarm_house +remote'],
    ['open_front_door', {}, 'cloud.change open_front_door +remote'],
    ['open_door_report', {}, 'code.run open_door_report +unknownProgram'],
    ['upgrade_plan', { name: 'max' }, 'cloud.change max +remote'],
    ['export_all_contacts', {}, 'cloud.change export_all_contacts +remote +bulk'],
    ['kick_player', { user: 'bo' }, 'cloud.change bo +remote'],
    ['format_drive', { device: '/dev/sdz' }, 'disk.write format_drive +remote +overwrite'],
    ['format_date', { value: 'x' }, 'code.run format_date +unknownProgram'],
    ['post_webpage', { url: 'https://example.org', content: 'x' }, 'message.send post_webpage +remote +bulk', 'net.send https://example.org +method=POST'],
    ['send_keys', { keys: 'Enter' }, 'code.run send_keys +unknownProgram'],
  ],
  calendar: [
    ['search_calendar_events', { query: 'lunch' }],
    ['create_calendar_event', { title: 'lunch' }, 'cloud.change lunch +remote +additive'],
    ['createEvent', { title: 'lunch', attendees: ['ada@example.org'] }, 'message.send ada@example.org +remote'],
    ['schedule_meeting', { attendees: ['ada@example.org'] }, 'message.send ada@example.org +remote'],
    ['calendar-delete-event', { id: 'e1' }, 'cloud.delete e1 +remote'],
  ],
  money: [
    ['list_transactions', {}],
    ['issue_refund', { customer_id: 'c1', amount: 12.5, currency: 'eur' }, 'payment.move c1 +remote +amount=13 +currency=EUR'],
    ['stripe.refunds.create', { amount: 2500 }, 'payment.move stripe.refunds.create +remote +amount=25'],
    ['transferFunds', { to: 'iban', amount: '1,200.50' }, 'payment.move iban +remote +amount=1201'],
    ['bulk_payout', { payments: [{ account: 'a', amount_cents: 100 }, { account: 'b', amount_cents: 100 }] }, 'payment.move a b +remote +bulk +amount=1 +count=2'],
    ['transfer_issue', { repo: 'web' }, 'forge.change web +remote'],
    ['checkout', { cart_id: 'c' }, 'payment.move checkout +remote'],
    ['checkout', { branch: 'x' }, 'code.run checkout +unknownProgram'],
    ['begin_transaction', {}, 'code.run begin_transaction +unknownProgram'],
  ],
  accounts: [
    ['get_user', { id: 'u1' }],
    ['create_customer', { name: 'Ada' }, 'code.run create_customer +unknownProgram'],
    ['delete_account', { account_id: 'a1' }, 'account.change a1 +remote'],
    ['iam/resetUserPassword', { user: 'ada' }, 'account.change ada +remote'],
    ['bulk_delete_users', { ids: ['1', '2'] }, 'account.change bulk_delete_users +remote +bulk +count=2'],
  ],
  databases: [
    ['query', { query: 'which orders are late?' }, 'db.read'],
    ['execute_sql', { sql: 'create table t (id int)' }, 'db.admin t +environment=unknown +additive'],
    ['run_query', { params: { sql: 'delete from t where id = 4' } }, 'db.delete t +environment=unknown +hasFilter +byKey'],
    ['deleteMany', { collection: 'users', filter: {} }, 'db.delete users +remote +hasFilter=false +bulk'],
    ['frobnicate', { sql: 'drop table t' }, 'db.drop t +environment=unknown'],
    ['dropDatabase', { name: 'shop' }, 'db.drop shop +remote'],
  ],
  machines: [
    ['describe_instances', {}],
    ['create_vm', { machine_type: 'e2-standard-2' }, 'cloud.change create_vm +remote +hourlyCost=1'],
    ['runInstances', { instance_type: 'p5.48xlarge', count: 4 }, 'cloud.change runInstances +remote +count=4 +hourlyCost=240'],
    ['provision_gpu_cluster', { spec: { gpu_type: 'H100', num_nodes: 2, gpus_per_node: 8 } }, 'cloud.change provision_gpu_cluster +remote +count=2 +hourlyCost=96'],
    ['terminate-instances', { instance_ids: ['i-1'] }, 'cloud.delete i-1 +remote'],
  ],
  'code hosts': [
    ['get_pull_request', { repo: 'web' }],
    ['mcp__github__create_issue', { repo: 'web' }, 'forge.change web +remote +additive'],
    ['mergePullRequest', { repo: 'web' }, 'forge.change web +remote'],
    ['mcp__gitlab__delete_branch', { repo: 'web' }, 'forge.delete web +remote'],
  ],
  'what is left': [
    ['get_weather', { city: 'Paris' }],
    ['update_page', { id: 'p' }, 'code.run update_page +unknownProgram'],
    ['revoke_everything', { id: 'p' }, 'cloud.delete p +remote +bulk'],
    ['append_block_children', {}, 'code.run append_block_children +unknownProgram'],
    ['Task', { prompt: 'look around' }],
    ['delete_agent', { id: 'x' }, 'cloud.delete x +remote'],
    ['block_user_agent', { id: 'x' }, 'account.change x +remote'],
    ['ssh_exec', { host: 'web1', command: 'ls' }, 'code.opaque ssh_exec +remote'],
    ['create_cron_job', { name: 'nightly' }, 'persistence.add nightly +remote'],
  ],
}; // prettier-ignore

for (const [family, rows] of Object.entries(FAMILIES)) {
  describe(`${verifies('catalog:tool-meaning')}: ${family}`, () => {
    test.each(rows.map(([name, args, ...expected]) => ({ name, args, expected })))('$name', (row) => {
      expect(effects(row.name, row.args)).toEqual(row.expected);
    });
  });
}

test(verifies('catalog:tool-rehearsal'), () => {
  const args = { account_id: 'a1', dryRun: true };
  expect(effects('delete_account', args)).toEqual(['account.change a1 +remote']);
  expect(effects('delete_account', args, ['account_id'])).toEqual(['account.change a1 +remote']);
  expect(effects('delete_account', args, ['account_id', 'dry_run'])).toEqual(['account.change a1 +remote +dryRun']);
  expect(effects('delete_account', { ...args, dryRun: false }, ['dry_run'])).toEqual(['account.change a1 +remote']);
});

test(verifies('catalog:tool-nesting'), () => {
  const outer = { requests: [{ message: { to: 'ada@example.org' } }] };
  expect(effects('send_message', outer)).toEqual(['message.send ada@example.org +remote']);
  let deep: Args = { to: 'ada@example.org' };
  for (let depth = 0; depth < 64; depth++) deep = { inner: deep };
  expect(effects('send_message', deep)).toEqual(['message.send send_message +remote']);
});
