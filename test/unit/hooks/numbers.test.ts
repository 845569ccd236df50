import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseFields } from '../../../daemon/hooks/fields.ts';
import { holdsRounded, parseExactly } from '../../../protocol/json-numbers.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('agent-api:numbers'), () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (number) => {
      const read = parseExactly(`[${number}]`) as unknown[];
      expect(String(typeof read[0] === 'number' ? BigInt(read[0]) : read[0])).toBe(String(number));
      expect(holdsRounded(`{"a":[${number}]}`)).toBe(typeof read[0] === 'string');
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!holdsRounded(text));
      expect(parseExactly(text)).toEqual(JSON.parse(text));
    }),
  );
  expect(parseExactly('{"a":1e999,"b":"1e999","c":9007199254740993.0}')).toEqual({ a: '1e999', b: '1e999', c: 9007199254740992 });
  expect(parseFields('{"id":12345678901234567891}')).toEqual({ id: '12345678901234567891' });
}); // prettier-ignore
