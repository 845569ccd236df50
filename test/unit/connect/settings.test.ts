/** Settings of clients as people have them: what is put in comes out again, to the byte. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ConnectedEntry } from '../../../protocol/connected.ts';
import { jsonValue } from '../../../shims/connect/json-text.ts';
import { putIn } from '../../../shims/connect/put-in.ts';
import { takeOut } from '../../../shims/connect/take-out.ts';
import { holds, valueAt } from '../../../shims/connect/values.ts';
import { item, property } from '../../../shims/connect/wanted.ts';
import { verifies } from '../../helpers/verifies.ts';

const ENTRIES: readonly ConnectedEntry[] = [
  item(['hooks', 'PreToolUse'], { matcher: '*', hooks: [{ type: 'command', command: "'/a b/hook' --client x", timeout: 600 }] }),
  item(['hooks', 'PostToolUse'], { hooks: [{ type: 'command', command: "'/a b/hook' --client y", timeout: 30 }] }),
  property(['entries', 'countersign'], { enabled: true }),
]; // prettier-ignore

const OTHER = `{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "mine" }] }`;

const SHAPES: Readonly<Record<string, string>> = {
  empty: '',
  'a line break': '\n',
  'an empty object': '{}',
  'an empty object over lines': '{\n}\n',
  'only a comment inside': '{ // nothing yet\n}\n',
  'one line': '{"a":1,"hooks":{"PreToolUse":[' + OTHER + ']}}',
  'without a last line break': '{\n  "model": "x"\n}',
  tabs: '{\n\t"model": "x",\n\t"hooks": {\n\t\t"PreToolUse": [\n\t\t\t' + OTHER + '\n\t\t]\n\t}\n}\n',
  'line ends of Windows': '{\r\n  "model": "x", // mine\r\n  "hooks": {\r\n    "PreToolUse": []\r\n  }\r\n}\r\n',
  'a byte order mark': '\uFEFF{\n  "model": "x"\n}\n',
  'a byte order mark alone': '\uFEFF',
  'comments behind the last value': `{\n  "hooks": {\n    "PreToolUse": [\n      ${OTHER} // mine, keep\n    ] /* here, too */\n  } // end\n}\n`,
  'a trailing comma': `{\n  "hooks": {\n    "PreToolUse": [\n      ${OTHER},\n    ],\n  },\n}\n`,
  'a comment before everything': '// settings of mine\n{\n  /* a, b */ "a": [1, 2], // c\n}\n',
  'a name of ours elsewhere': '{"entries":{"other":{}},"list":["countersign"]}\n',
};

describe('settings in JSON', () => {
  test.each(Object.entries(SHAPES))(`${verifies('connect:identity')}: %s`, (_, before) => {
    const put = putIn('json', '/x', before, ENTRIES);
    for (const entry of ENTRIES) expect(holds(jsonValue('/x', put.text.replace('\uFEFF', '')), entry)).toBe(true);
    expect(takeOut('/x', put.text, { kind: 'json', entries: ENTRIES, ...put })).toBe(before);
  });

  test.each(Object.entries(SHAPES))(`${verifies('connect:once')}: %s`, (_, before) => {
    const once = putIn('json', '/x', before, ENTRIES);
    expect(putIn('json', '/x', once.text, ENTRIES)).toEqual({ text: once.text, edits: [], made: [] });
  });

  test.each(Object.entries(SHAPES))(`${verifies('connect:keeps')}: %s`, (_, before) => {
    const { text } = putIn('json', '/x', before, ENTRIES);
    const kept = before.split('\n').filter((line) => /\/\/|\/\*|mine/.test(line));
    for (const line of kept) for (const comment of line.match(/\/\/.*|\/\*.*?\*\//g) ?? []) expect(text).toContain(comment.trim()); // prettier-ignore
    expect(text.startsWith('\uFEFF')).toBe(before.startsWith('\uFEFF'));
    const lone = text.replaceAll('\r\n', '').includes('\n');
    expect(lone && before.includes('\r\n')).toBe(false);
  });

  test(verifies('connect:edited'), () => {
    const before = `{\n  // mine\n  "hooks": {\n    "PreToolUse": [\n      ${OTHER}\n    ]\n  }\n}\n`;
    const put = putIn('json', '/x', before, ENTRIES);
    const rewritten = JSON.parse(JSON.stringify(jsonValue('/x', put.text))) as Record<string, unknown>;
    const text = JSON.stringify({ ...rewritten, permissions: { allow: ['Bash(ls)'] } }, undefined, 4);
    const out = takeOut('/x', text, { kind: 'json', entries: ENTRIES, ...put });
    expect(JSON.parse(out)).toEqual({
      hooks: { PreToolUse: [JSON.parse(OTHER)] },
      permissions: { allow: ['Bash(ls)'] },
    });
  });

  test(verifies('connect:edited'), () => {
    const put = putIn('json', '/x', '{}', ENTRIES);
    const added = put.text.replace('"PreToolUse": [', `"PreToolUse": [\n      ${OTHER}, // first`);
    const out = takeOut('/x', added, { kind: 'json', entries: ENTRIES, ...put });
    expect(jsonValue('/x', out)).toEqual({ hooks: { PreToolUse: [JSON.parse(OTHER)] } });
    expect(out).toContain('// first');
  });

  test(verifies('connect:identity'), { timeout: 120_000 }, () => {
    const json = fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as unknown);
    const root = fc.dictionary(fc.constantFrom('a', 'hooks', 'entries', 'b"c', 'd'), json, { maxKeys: 4 });
    const shape = fc.record({
      root,
      indent: fc.constantFrom(0, 1, 2, 4, '\t'),
      crlf: fc.boolean(),
      mark: fc.boolean(),
    });
    fc.assert(
      fc.property(shape, ({ root: fields, indent, crlf, mark }) => {
        const plainFields = withoutClashes(fields);
        const lines = JSON.stringify(plainFields, undefined, indent);
        const before = (mark ? '\uFEFF' : '') + (crlf ? lines.replaceAll('\n', '\r\n') : lines);
        const put = putIn('json', '/x', before, ENTRIES);
        expect(takeOut('/x', put.text, { kind: 'json', entries: ENTRIES, ...put })).toBe(before);
        const reformatted = JSON.stringify(jsonValue('/x', put.text.replace('\uFEFF', '')), undefined, 3);
        const out = takeOut('/x', reformatted, { kind: 'json', entries: ENTRIES, ...put });
        expect(JSON.parse(out)).toEqual(plainFields);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['{\n  "a": 1,,\n}', 'line 2, column 10'],
    ['[1]', 'holds no object at line 1, column 1'],
    ['{"hooks": []}', 'holds no object at `hooks` (line 1, column 11)'],
    ['{"hooks": {"PreToolUse": {}}}', 'holds no list at `hooks.PreToolUse`'],
    ['{"hooks": {},\n "hooks": {}}', 'says `hooks` twice, again at line 2, column 2'],
    ['{"entries":{"countersign":{"enabled":false}}}', 'already says something else for `entries.countersign`'],
    ['{"a": 1', 'cannot be understood'],
    ["{unquoted: 'x'}", 'cannot be understood at line 1, column 2'],
  ])(`${verifies('connect:refuses')}: %s`, (before, why) => {
    expect(() => putIn('json', '/x', before, ENTRIES)).toThrow(why);
  });
});

/** Where our entries go there are objects and lists, as the clients want them. */
function withoutClashes(fields: Readonly<Record<string, unknown>>): unknown {
  const { hooks, entries, ...others } = fields;
  return { ...others, ...(typeof hooks === 'string' && { hooks: { Stop: [hooks] } }), ...(entries === 1 && { entries: {} }) }; // prettier-ignore
}

const TRUST = property(['hooks', 'state', '/home/a b/.codex/hooks.json:pre_tool_use:0:0', 'trusted_hash'], 'sha256:ab');
const PATH = property(['shell_environment_policy', 'set', 'PATH'], '/s:/usr/bin');

describe('settings in TOML', () => {
  test.each([
    '',
    '# mine\n',
    'model = "o3" # mine',
    'model = "o3"\r\n\r\n[mcp_servers.x]\r\ncommand = "y"\r\n',
    '[shell_environment_policy]\ninherit = "core" # mine\n\n[features]\nhooks = true\n',
    '[shell_environment_policy]\nset = { A = "b" } # mine\n',
    '[shell_environment_policy]\nset = {}\n',
    '[shell_environment_policy.set]\nA = "b"\n\n[projects."/x"]\ntrust_level = "trusted"\n',
    '[hooks.state."/other:pre_tool_use:0:0"]\ntrusted_hash = "sha256:cd"\n',
    '[hooks.state."/home/a b/.codex/hooks.json:pre_tool_use:0:0"]\ntrusted_hash = "sha256:old" # theirs\n',
  ])(`${verifies('connect:identity')}: %j`, (before) => {
    const put = putIn('toml', '/x', before, [TRUST, PATH]);
    expect(putIn('toml', '/x', put.text, [TRUST, PATH]).text).toBe(put.text);
    expect(takeOut('/x', put.text, { kind: 'toml', entries: [TRUST, PATH], ...put })).toBe(before);
  });

  test(verifies('connect:edited'), () => {
    const put = putIn('toml', '/x', 'model = "o3"\n', [TRUST]);
    const edited = `# added\n${put.text}\n[features]\nhooks = true\n`;
    const out = takeOut('/x', edited, { kind: 'toml', entries: [TRUST], ...put });
    expect(out).toBe('# added\nmodel = "o3"\n\n[features]\nhooks = true\n');
  });

  test.each([
    ['model = ', 'line 1'],
    ['hooks = { state = {} }\n', 'has no plain place'],
    ['shell_environment_policy = 1\n', 'has no plain place'],
  ])(`${verifies('connect:refuses')}: %j`, (before, why) => {
    expect(() => putIn('toml', '/x', before, [PATH, TRUST])).toThrow(why);
  });
});

test('a value is found by the names that lead to it', () => {
  expect(valueAt({ a: { b: 1 } }, ['a', 'b'])).toBe(1);
  expect(valueAt({ a: [] }, ['a', 'b'])).toBeUndefined();
  expect(valueAt({}, ['toString'])).toBeUndefined();
});
