import { describe, expect, test } from 'vitest';

import { LAYERS } from '../../../daemon/policy/schema.ts';
import { verifies } from '../../helpers/verifies.ts';
import { exec, judged, load, path, problemsOf, rulesIn, tool } from './cases.ts';

const file = (body: string): string => `version: 1\n${body}\n`;
const RUN = { kind: 'code.run' as const };
const SEND = { kind: 'message.send' as const, targets: [{ kind: 'person' as const, name: 'ada@example.org' }] };

describe(verifies('policy:tools'), () => {
  test('listed tools pass, others are held, refused ones are denied, programs are none of them', () => {
    const user = file('tools: { allow: ["read_*", shop/list], deny: [drop_all] }');
    const verdict = (name: string) => judged({ user }, RUN, tool(name)).verdict;
    expect([verdict('read_file'), verdict('write_file'), verdict('drop_all')]).toEqual(['allow', 'escalate', 'deny']);
    const server = { ...tool('list').action, kind: 'mcp' as const, server: 'shop', tool: 'list', args: {} };
    expect(judged({ user }, RUN, { action: server }).verdict).toBe('allow');
    expect(judged({ user }, RUN, { action: { ...server, server: 'other' } }).verdict).toBe('escalate');
    expect(judged({ user }, RUN).verdict).toBe('allow');
  });

  test('low and medium go ahead and are reviewed; high and critical are held', () => {
    const user = file('tools: { risk: { low: [note], medium: [mail], high: [refund], critical: [close] } }');
    const found = (name: string) => judged({ user }, SEND, tool(name));
    expect(found('note')).toMatchObject({ score: 5, verdict: 'allow', review: true });
    expect(found('mail')).toMatchObject({ score: 20, band: 'low', verdict: 'allow', review: true });
    expect(found('refund')).toMatchObject({ band: 'high', verdict: 'escalate' });
    expect(found('close')).toMatchObject({ band: 'critical', verdict: 'escalate' });
    expect(found('other')).toMatchObject({ score: 40, verdict: 'escalate' });
    expect(found('refund').review).toBeUndefined();
    expect(rulesIn(found('mail'))).toContain('people.message/tools.risk-medium');
  });

  test('a rating does not reach what is critical', () => {
    const user = file('tools: { risk: { low: [mail] } }');
    const builtIn = file('rules: [{ id: out, on: message.send, points: 88, reason: r }]');
    expect(judged({ 'built-in': builtIn, user }, SEND, tool('mail'))).toMatchObject({ score: 88, verdict: 'escalate' });
  });

  test.each([
    ['{ max: 100 }', { amount: 100 }, { amount: 101 }],
    ['{ max: 100 }', {}, { amount: '1e1' }],
    ['{ max: 100, required: true }', { amount: 1 }, {}],
    ['{ min: 1 }', { amount: 1 }, { amount: 0 }],
    ['{ oneOf: [EUR, 3] }', { amount: 3 }, { amount: 'USD' }],
    ['{ matches: ["inv-*"] }', { amount: 'inv-7' }, { amount: 'x' }],
    ['{ matches: ["inv-*"] }', { amount: ['inv-7', 'inv-8'] }, { amount: ['inv-7', 'x'] }],
    ['{ maxLength: 3 }', { amount: 'abc' }, { amount: 'abcd' }],
    ['{ maxLength: 2 }', { amount: [1, 2] }, { amount: [1, 2, 3] }],
  ])('an argument within %s', (bound, within, beyond) => {
    const user = file(
      `tools: { arguments: [{ id: mine.bound, tools: [pay], argument: order.amount, ${bound.slice(2, -2)}, verdict: deny }] }`,
    );
    const verdict = (order: object, name = 'pay') => judged({ user }, RUN, tool(name, { order })).verdict;
    expect([verdict(within), verdict(beyond), verdict(beyond, 'other')]).toEqual(['allow', 'deny', 'allow']);
    expect(judged({ user }, RUN, tool('pay', { order: [within, beyond] })).verdict).toBe('deny');
  });

  test('a bound of nothing is a problem, and a repository rates nothing down', () => {
    expect(problemsOf({ user: file('tools: { arguments: [{ id: a, tools: [t], argument: x }] }') })).toEqual(['user.yaml:2 bounds nothing: give `min`, `max`, `maxLength`, `oneOf`, `matches` or `required`']); // prettier-ignore
    expect(problemsOf({ workspace: file('tools: { risk: { low: [t] } }') })).toHaveLength(1);
    expect(problemsOf({ workspace: file('tools: { deny: [t] }') })).toEqual([]);
  });
});

describe(verifies('policy:sql'), () => {
  const user = file(
    'sql: [{ id: mine.sql, databases: [shop], operations: [read, write], tables: [orders, "stock_*"] }]',
  );
  const held = (kind: 'db.read' | 'db.delete' | 'code.opaque', ...names: [string, string][]): boolean => {
    const targets = names.map(([kind, name]) => ({ kind: kind as 'table' | 'database', name }));
    return rulesIn(judged({ user }, { kind, targets })).includes('mine.sql');
  };
  test('only the operations and tables of the list', () => {
    const shop: [string, string] = ['database', 'shop'];
    expect(held('db.read', ['table', 'orders'], shop)).toBe(false);
    expect(held('db.read', ['table', 'stock_2026'], ['table', 'orders'], shop)).toBe(false);
    expect(held('db.read', ['table', 'orders'], ['table', 'people'], shop)).toBe(true);
    expect(held('db.delete', ['table', 'orders'], shop)).toBe(true);
    expect(held('db.read', shop)).toBe(true);
    expect(held('db.read', ['table', 'people'], ['database', 'other'])).toBe(false);
    expect(held('db.read', ['table', 'people'])).toBe(true);
    expect(held('code.opaque', shop)).toBe(true);
    expect(held('code.opaque')).toBe(false);
    expect(problemsOf({ user: file('sql: [{ id: a, databases: [b] }]') })).toHaveLength(1);
  });
});

test(verifies('policy:messages'), () => {
  const user = file('messages: [{ id: mine.once, oncePerRecipient: true }, { id: mine.people, recipients: ["*@example.org"], maxRecipients: 2, verdict: deny }]'); // prettier-ignore
  const session = { kind: 'session' as const, denied: [], secretsRead: [], messaged: ['ada@example.org'] };
  const found = (names: readonly string[], given: object = {}) =>
    rulesIn(judged({ user }, { ...SEND, targets: names.map((name) => ({ kind: 'person' as const, name })) }, given));
  expect(found(['bob@example.org'], { session })).toEqual(['people.message']);
  expect(found(['ada@example.org'], { session })).toContain('mine.once');
  expect(found(['bob@example.org'], { session: undefined })).toContain('mine.once');
  expect(found(['eve@example.com'], { session })).toContain('mine.people');
  expect(found(['b@example.org', 'c@example.org', 'd@example.org'], { session })).toContain('mine.people');
  expect(problemsOf({ user: file('messages: [{ id: a }]') })).toHaveLength(1);
});

test(verifies('policy:limits'), () => {
  const user = file('limits: [{ id: mine.rate, on: message.send, match: { agents: [test] }, per: hour, by: agent, actions: 9, verdict: deny }, { id: mine.cost, per: day, costUsd: 12.5 }]'); // prettier-ignore
  const { policy, problems } = load({ user });
  expect(problems).toEqual([]);
  expect(policy.limits).toMatchObject([
    { id: 'mine.rate', per: 'hour', by: 'agent', actions: 9, verdict: 'deny' },
    { id: 'mine.cost', per: 'day', by: 'session', costUsd: 12.5, verdict: 'escalate' },
  ]);
  const { action } = exec({});
  const subject = (kind: 'message.send' | 'file.delete', agent = 'test') => {
    const effect = { kind, targets: [path('/a')], attributes: {}, operation: 0 };
    return { effect, effects: [effect], action: { ...action, agent }, operation: { program: 'x', argv: ['x'], cwd: '/', via: [], dynamic: false }, session: undefined }; // prettier-ignore
  };
  const counted = policy.limits?.[0]?.counts;
  expect([counted?.(subject('message.send')), counted?.(subject('file.delete')), counted?.(subject('message.send', 'b'))]).toEqual([true, false, false]); // prettier-ignore
  expect(problemsOf({ user: file('limits: [{ id: a, per: hour }]') })).toEqual([expect.stringContaining('limits nothing')]); // prettier-ignore
});

test(verifies('policy:digest-of-parts'), () => {
  const parts = [
    'rules: []',
    'points: { file: 3 }',
    'tools: { deny: [t] }',
    'sql: [{ id: a, tables: [t] }]',
    'messages: [{ id: a, maxRecipients: 2 }]',
    'limits: [{ id: a, per: hour, actions: 2 }]',
    'loosen: [{ id: a, rules: [x], points: -1, reason: r }]',
    'allow: [{ id: a, on: file.delete, if: "true", reason: r }]',
    'policy: p',
    'bands: { low: 20 }',
    'quorum: { high: 2 }',
  ];
  const digests = parts.map((part) => load({ user: file(part) }).policy.digest);
  expect(new Set([...digests, load({ user: file('') }).policy.digest]).size).toBe(parts.length + 1);
});

test.each(LAYERS)(verifies('policy:one-id').concat(': in every part of a file, %s'), (layer) => {
  const first = file('sql: [{ id: a, tables: [t] }]');
  const again = file('messages: [{ id: a, maxRecipients: 2 }]');
  const texts = layer === 'built-in' ? { 'built-in': first, user: again } : { 'built-in': first, [layer]: again };
  expect(problemsOf(texts)).toEqual([expect.stringContaining('there is already a rule `a`')]);
});
