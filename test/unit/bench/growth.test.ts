/** What counts as growth, and how sure a median is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { medianInterval, quantile } from '../../../bench/interval.ts';
import { growthOf, type Sample } from '../../../bench/soak/growth.ts';
import { verifies } from '../../helpers/verifies.ts';

function series(length: number, value: (at: number) => number): Sample[] {
  return Array.from({ length }, (_, at) => ({ at: at * 1_000, value: value(at) }));
}

describe('growth', () => {
  test(verifies('bench:growth'), () => {
    const saw = (at: number): number => (at % 7) * 10;
    expect(
      growthOf(
        series(50, (at) => 200 + saw(at)),
        8,
      ).grows,
    ).toBe(false);
    expect(
      growthOf(
        series(50, (at) => 200 + saw(at) + at * 10),
        8,
      ),
    ).toMatchObject({ grows: true });
    // Warming up is no growth.
    expect(
      growthOf(
        series(50, (at) => Math.min(at, 20) * 10),
        8,
      ).grows,
    ).toBe(false);
    // One descriptor with every sample.
    expect(
      growthOf(
        series(50, (at) => 20 + at),
        2,
      ).grows,
    ).toBe(true);
    // One wild sample.
    expect(
      growthOf(
        series(50, (at) => (at === 49 ? 9_000 : 20)),
        2,
      ).grows,
    ).toBe(false);
    expect(
      growthOf(
        series(50, (at) => 500 - at),
        2,
      ).grows,
    ).toBe(false);
  });

  test('too few samples say nothing', () => {
    expect(() =>
      growthOf(
        series(3, () => 1),
        1,
      ),
    ).toThrow('too few');
  });
});

test('the interval of a median holds it, and is the same for the same samples', () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(values, (given) => {
      const { low, high } = medianInterval(given);
      expect(medianInterval(given)).toEqual({ low, high });
      expect(low).toBeGreaterThanOrEqual(Math.min(...given));
      expect(high).toBeLessThanOrEqual(Math.max(...given));
      expect(low).toBeLessThanOrEqual(high);
    }),
    { numRuns: 30 },
  );
  const many = Array.from({ length: 400 }, (_, at) => (at * 7_919) % 400);
  const { low, high } = medianInterval(many);
  expect([low < quantile(many, 0.5), quantile(many, 0.5) < high]).toEqual([true, true]);
});
