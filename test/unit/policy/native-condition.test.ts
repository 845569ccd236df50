import { parse } from '@bufbuild/cel';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { interpreted } from '../../../daemon/policy/condition.ts';
import { compilePlain } from '../../../daemon/policy/native-condition.ts';
import { verifies } from '../../helpers/verifies.ts';
import { subject } from './sources.ts';

const atom = fc.constantFrom(
  'effect.recursive',
  '!effect.force',
  'effect.files > 3',
  'effect.files <= effect.dirtyFiles',
  'effect.files == 3',
  'effect.location == "temp"',
  'effect.location != effect.recovery',
  'effect.location in ["temp", "home"]',
  'effect.files in [1, 2, 3]',
  '"files" in effect.known',
  '"location" in effect.known',
  'effect.kind == "file.delete"',
  'effect.files == "3"',
  'size(effect.preciousFiles) > 0',
  'size(effect.known) > 1',
  // Errors and parts only the interpreter knows.
  'effect.files > "3"',
  '1 / effect.files > 0',
  'effect.recursive > 1',
  'size(targets) > 1',
  'targets.exists(t, t.name == "/a")',
  'has(effect.files)',
  'effects.exists(e, e.kind == "file.delete" && e.files > 1)',
  'effects.exists(e, e.files == effect.dirtyFiles)',
  'targets.exists(t, t.name.startsWith("/a") || t.kind == "host")',
  'targets.all(t, !t.dynamic && t.name.contains("b"))',
  'targets.exists(t, t.name.endsWith("b") && effect.files > 1)',
  'targets.exists(effect, effect.name == "/a")',
  'targets.exists(t, t.name.size() > 1)',
  'targets.exists_one(t, t.name == "/a")',
  'targets.exists(t, operation.argv.exists(w, w == t.name))',
  'operation.argv.exists(w, w == "a" || w in ["b", "c"])',
  'operation.argv.all(w, w.startsWith("r"))',
  'effects.all(e, e.location == "temp" || e.recursive)',
  'effects.exists(e, e.kind == target.kind)',
  'target.name == "/a" && operation.program == "rm"',
  'action.agent.startsWith("te")',
  'action.tool == ""',
  'size(targets) > 1 && size(operation.argv) == 2',
  'size(data.personal) > 0',
  'effect.method',
  'targets.exists(t, t.name.matches("^/[ab]$"))',
  'targets.all(t, !t.dynamic && t.name.matches("(?i)A|^/b"))',
  'operation.program.matches("^r") && operation.cwd.matches("w$")',
  'targets.exists(t, t.name.matches("["))',
  'effect.recursive || operation.program.matches("a{2,1}")',
  'targets.exists(t, t.kind == "path" && t.name.matches("(?=a)"))',
  'targets.exists(t, t.name.matches(operation.cwd + "$"))',
  'operation.program.matches("a", "b")',
  'targets.exists(t, t.kind == "path" ? t.name.startsWith(operation.cwd + "/") : t.name.matches("a"))',
  '(effect.force ? effect.files : effect.dirtyFiles) > 1',
  '(effect.force ? effect.files : "none") == 2',
  'size(effect.mounts) > 0 || size(effect.owners) == 0',
  'effects.exists(effect, effect.files > 1 && size(effect.preciousFiles) == 0)',
  'true',
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||', '=='), tie('expression'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    tie('expression').map((inner) => `!(${inner})`),
  ),
}));

const attributes = fc.record(
  {
    recursive: fc.boolean(),
    force: fc.boolean(),
    files: fc.nat(4),
    dirtyFiles: fc.nat(4),
    location: fc.constantFrom('temp' as const, 'home' as const, 'unknown' as const),
    preciousFiles: fc.subarray(['.env', 'a.db']),
    recovery: fc.constantFrom('none' as const, 'unknown' as const),
  },
  { requiredKeys: [] },
);

/** Pieces of patterns, among them some that RE2 refuses. */
const piece = fc.constantFrom(
  ...['a', 'b', 'ß', 'é', '😀', '.', '^', '$', '|', '(', ')', '(?i)', '(?s)', '(?:', '[', ']', '[^a]', '[a-c]'],
  ...['*', '+', '?', '*?', '{2}', '{1,3}', '{3,1}', '{,2}', '\\b', '\\w', '\\d', '\\S', '\\pL', '\\1', '(?=a)', '(?P<n>a)'],
  ...['\\z', '\\Q', '\\', '/', '-'],
); // prettier-ignore
const pattern = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'A', 'ß', 'ſ', 'K', 'é', '😀', '\uDE00', '/', '\n', ' ', '1', '_'),
  }),
  fc.string({ unit: 'binary' }),
);

test(verifies('policy:plain-patterns'), () => {
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 6 }), (source, names) => {
      const { expr } = parse(`targets.exists(t, t.name.matches(${JSON.stringify(source)}))`);
      const plain = compilePlain(expr, interpreted);
      // One condition for all of them, as in a daemon that has seen the others before.
      for (const name of names) expect(plain(subject({}, [name]))).toBe(interpreted(expr)(subject({}, [name])));
      expect(plain(subject({}, names))).toBe(interpreted(expr)(subject({}, names)));
    }),
    { numRuns: 1000 },
  );
});

test('a pattern answers the same however much it was tried on before', () => {
  // Every other text brings it into states that it was not in yet.
  const source = '(a|b)*a(a|b){10}c';
  const { expr } = parse(`target.name.matches("${source}")`);
  const plain = compilePlain(expr, interpreted);
  const random = fc.sample(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 200, maxLength: 900 }), 60);
  for (const name of random.flatMap((word) => [word, `${word}c`])) {
    expect(plain(subject({}, [name]))).toBe(interpreted(expr)(subject({}, [name])));
  }
});

test('patterns need no interpreter, unless they are none', () => {
  const asked: unknown[] = [];
  const condition = (source: string) =>
    compilePlain(parse(source).expr, (expr) => {
      asked.push(expr);
      return () => undefined;
    });
  expect(condition('targets.exists(t, t.name.matches("^/w/"))')(subject())).toBe(true);
  expect(asked).toEqual([]);
  expect(condition('targets.exists(t, t.name.matches("("))')(subject())).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test('a name of a loop that hides a variable is the element', () => {
  const { expr } = parse('effects.exists(effect, size(effect.preciousFiles) > 0)');
  const plain = subject({ files: 1 });
  const both = { ...plain, effects: [plain.effect, subject({ preciousFiles: ['.env'] }).effect] };
  expect(compilePlain(expr, interpreted)(both)).toBe(true);
});

test(verifies('policy:plain-conditions'), () => {
  fc.assert(
    fc.property(expression, attributes, fc.subarray(['/a', '/b']), (source, given, names) => {
      const { expr } = parse(source);
      const whole = interpreted(expr)(subject(given, names));
      expect(compilePlain(expr, interpreted)(subject(given, names))).toBe(whole);
    }),
    { numRuns: 1000 },
  );
});
