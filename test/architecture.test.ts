/** The shape of the repository: who imports whom, sizes, names, and that every promise has a test. */
import { describe, expect, test } from 'vitest';

import { AREAS, NEVER_IMPORTED, type Area } from './architecture/areas.ts';
import { readForeignTests, readSources, type Source } from './architecture/sources.ts';
import { verifies } from './helpers/verifies.ts';
import { REQUIREMENTS } from './requirements.ts';

const sources = readSources();

/** Tables, schemas and generated files, where more lines are not more to understand at once. */
const LONG_TABLES = /^(protocol\/|daemon\/engine\/catalog\/|test\/contract\/|docs\/reference\/)/;
const MAX_LINES = 500;
/** Fewer would mean that the scan is broken, not that the product is small. */
const FEWEST_FILES = 50;
const FEWEST_IMPORTS = 200;

/** The tools that read these want a default export. */
const WANT_DEFAULT_EXPORT = /^(?:vitest\.config\.ts|shims\/plugins\/openclaw\.js)$/;

describe('architecture', () => {
  test(verifies('repo:architecture-scanned'), () => {
    expect(sources.length).toBeGreaterThan(FEWEST_FILES);
    expect(sources.flatMap(({ files, packages }) => [...files, ...packages]).length).toBeGreaterThan(FEWEST_IMPORTS);
    for (const name of ['protocol', 'engine', 'daemon parts', 'cli', 'sdk']) {
      expect(sources.filter((source) => areaOf(source)?.[0] === name).length, name).toBeGreaterThan(0);
    }
  });

  test(verifies('repo:import-rules'), () => {
    const broken = sources.flatMap((source) => {
      const area = areaOf(source);
      if (area === undefined) return [];
      const [name, rules] = area;
      const files = source.files.filter((file) => !mayImport(file, rules));
      const packages = source.packages.filter((specifier) => !mayUse(specifier, rules));
      return [...files, ...packages].map((imported) => `${source.path} (${name}) imports ${imported}`);
    });
    expect(broken).toEqual([]);
  });

  test('every source file belongs to an area', () => {
    const strays = sources.filter((source) => areaOf(source) === undefined && source.path.includes('/'));
    expect(strays.map(({ path }) => path)).toEqual([]);
  });

  test(verifies('repo:small-files'), () => {
    const long = sources.filter(({ path, lines }) => lines > MAX_LINES && !LONG_TABLES.test(path));
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });

  test(verifies('repo:plain-names'), () => {
    const odd = sources.filter(({ path }) => !path.split('/').every(isKebabCase));
    expect(odd.map(({ path }) => path)).toEqual([]);
    const defaults = sources.filter(
      ({ path, hasDefaultExport }) => hasDefaultExport && !WANT_DEFAULT_EXPORT.test(path),
    );
    expect(defaults.map(({ path }) => path)).toEqual([]);
  });

  test(verifies('repo:promises-are-tested'), () => {
    const own = sources.filter(isTest).map(({ text }) => text);
    const cited = new Set([...own, ...readForeignTests()].flatMap(citations));
    const known = Object.keys(REQUIREMENTS);
    expect(
      known.filter((id) => !cited.has(id)),
      'promised, not tested',
    ).toEqual([]);
    expect(
      [...cited].filter((id) => !known.includes(id)),
      'tested, not promised',
    ).toEqual([]);
  });
});

function areaOf({ path }: Source): [string, Area] | undefined {
  return Object.entries(AREAS).find(([, { files }]) => files.test(path));
}

function mayImport(file: string, { files, mayImport: others }: Area): boolean {
  return !NEVER_IMPORTED.test(file) && (files.test(file) || others.some((pattern) => pattern.test(file)));
}

function mayUse(specifier: string, { packages, node }: Area): boolean {
  if (specifier.startsWith('node:')) return node;
  return packages === 'any' || packages.includes(packageOf(specifier));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isKebabCase(segment: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/.test(segment);
}

/** One for every agent's client is the same one. */
const SHARED_TEST = 'test/clients/drive.ts';

function isTest({ path }: Source): boolean {
  return path.endsWith('.test.ts') || path === SHARED_TEST;
}

function citations(text: string): string[] {
  return [...text.matchAll(/\bverifies\(\s*['"]([^'"]+)['"]/g)].flatMap((match) => match[1] ?? []);
}
