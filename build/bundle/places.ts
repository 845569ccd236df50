/** Files that the sources find by their place: `new URL('../x.ts', import.meta.url)` keeps working after bundling. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

import type { Plugin } from 'esbuild';

import { ROOT } from '../root.ts';

const BY_PLACE = /new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g;

/** Marks the root of a bundle; every bundled file looks upwards for it. */
export const ROOT_MARK = 'countersign-root';

/** Code at the top of every bundled file. `require` is for packages in the old module format. */
export const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { existsSync as __exists } from 'node:fs';",
  'const require = __createRequire(import.meta.url);',
  "let __root = new URL('.', import.meta.url);",
  `while (!__exists(new URL('${ROOT_MARK}', __root))) __root = new URL('..', __root);`,
].join('\n');

/** Programs that are started by their path, which no import leads to. */
export function programsByPlace(): string[] {
  const sources = globSync('{cli,daemon,sdk,shims}/**/*.ts', { cwd: ROOT });
  const named = sources.flatMap((path) => placesIn(readFileSync(join(ROOT, path), 'utf8'), path));
  return [...new Set(named)].filter((path) => path.endsWith('.ts')).toSorted();
}

export const keepPlaces: Plugin = {
  name: 'keep-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const from = relative(ROOT, path);
      const contents = readFileSync(path, 'utf8').replaceAll(
        BY_PLACE,
        (_, place: string) => `new URL(${JSON.stringify(bundled(resolvedFrom(from, place)))}, __root)`,
      );
      return { contents, loader: 'ts' };
    });
  },
};

function placesIn(text: string, from: string): string[] {
  return [...text.matchAll(BY_PLACE)].map(([, place = '']) => resolvedFrom(from, place));
}

function resolvedFrom(from: string, place: string): string {
  return normalize(join(dirname(from), place));
}

function bundled(path: string): string {
  return path.replace(/\.ts$/, '.js');
}
