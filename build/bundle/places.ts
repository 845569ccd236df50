/** Files that the sources find by their place: `new URL('../x.ts', import.meta.url)` keeps working after bundling. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

import type { Plugin } from 'esbuild';

import { ROOT } from '../root.ts';

const BY_PLACE = /new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g;
/** What is loaded when it is first needed; in a bundle the old module format has it at hand. */
const LATE = /(?:const require = )?createRequire\(import\.meta\.url\);?/g;

/** Marks the root of a bundle; every bundled file looks upwards for it. */
export const ROOT_MARK = 'countersign-root';

/** Code at the top of every bundled file. `files` leads from the root of the bundle to what is not bundled. */
export function banner(files: string): string {
  return [
    'const __isMain = require.main === module;',
    "let __root = require('node:url').pathToFileURL(`${__dirname}/`);",
    `while (!require('node:fs').existsSync(new URL('${ROOT_MARK}', __root))) __root = new URL('..', __root);`,
    `const __files = new URL('${files}', __root);`,
  ].join('\n');
}

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
      const contents = readFileSync(path, 'utf8')
        .replaceAll(BY_PLACE, (_, place: string) => placeInBundle(resolvedFrom(from, place)))
        .replaceAll(LATE, (found) => (found.startsWith('const') ? '' : 'require'));
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

function placeInBundle(path: string): string {
  if (!path.endsWith('.ts')) return `new URL(${JSON.stringify(path)}, __files)`;
  return `new URL(${JSON.stringify(path.replace(/\.ts$/, '.js'))}, __root)`;
}
