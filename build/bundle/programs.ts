/** Bundles the daemon, its workers and the command: one file each, in the module format that starts fastest. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { build, type Metafile, type Plugin } from 'esbuild';

import { ROOT } from '../root.ts';
import { banner, keepPlaces, programsByPlace, ROOT_MARK } from './places.ts';

/** What finds its own files beside itself stays a package: native addons, WebAssembly, modules in the UMD format. */
export const PACKAGES_LEFT_OUT = [
  '@napi-rs/keyring',
  'better-sqlite3',
  'jsonc-parser',
  'koffi',
  'libpg-query',
  'node-pty',
  'sqlite3-parser',
];

export type BundleOptions = {
  /** Besides what they start themselves. */
  readonly entries: readonly string[];
  readonly outdir: string;
  /** From the root of the bundle to the files that are not bundled. */
  readonly files: string;
  /** Names this bundle; what one bundle prepared, another does not take. */
  readonly buildId: string;
};

export async function bundlePrograms({ entries, outdir, files, buildId }: BundleOptions): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [...new Set([...entries, ...programsByPlace()])],
    outdir,
    // The folders stay as they are in the sources, because programs find each other by where they lie.
    outbase: ROOT,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // What is imported late is in the same file, or a package in its own format.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.main': '__isMain', COUNTERSIGN_BUILD: JSON.stringify(buildId) },
    external: PACKAGES_LEFT_OUT,
    banner: { js: banner(files) },
    plugins: [keepPlaces, runsByItself, oneLanguage],
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    // A place that was not replaced above would be found missing only when it is first asked for.
    logOverride: { 'empty-import-meta': 'error' },
  });
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, ROOT_MARK), '');
  return metafile;
}

/** What the daemon's entry loads is a file of its own, which the cache of compiled code then covers. */
const runsByItself: Plugin = {
  name: 'runs-by-itself',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/run\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './run.js', external: true } : undefined,
    );
  },
};

/** Zod brings its messages in fifty languages; the ones that are shown are English. */
const oneLanguage: Plugin = {
  name: 'one-language',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};
