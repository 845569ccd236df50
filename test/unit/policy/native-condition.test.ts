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
