import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { buildNative } from '../../../build/native.ts';
import { resolvePaths } from '../../../protocol/paths.ts';
import { installShims, uninstallShims } from '../../../shims/install.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('native:uninstall'), () => {
  const home = tempFolder();
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: 'linux', homedir: home });
  for (const folder of [`${home}/native`, `${home}/bin`, paths.shims]) mkdirSync(folder);
  for (const name of ['native/shim', 'native/countersign-hook', 'bin/git', 'bin/rm'])
    writeFileSync(`${home}/${name}`, '', { mode: 0o755 });
  writeFileSync(`${paths.shims}/rm`, 'mine');
  symlinkSync('/elsewhere/libexec/shim', `${paths.shims}/curl`);
  const installed = installShims({
    paths,
    tools: ['git', 'rm', 'curl', '../x'],
    nodePath: '/node',
    daemonEntry: '/daemon',
    nativeDir: `${home}/native`,
    pathEnv: `${home}/bin`,
  });
  expect(installed).toEqual({ installed: ['git'], skipped: ['rm', 'curl', '../x'] });
  writeFileSync(`${paths.libexec}/mine`, '');
  uninstallShims(paths);
  expect(readdirSync(paths.shims).sort()).toEqual(['curl', 'rm']);
  expect(readdirSync(paths.libexec)).toEqual(['mine']);
  uninstallShims(paths);
});

test(verifies('native:build'), { timeout: 60_000 }, () => {
  const folder = tempFolder();
  const missing = buildNative({ outDir: `${folder}/out`, pathEnv: folder });
  expect(missing).toMatchObject({ ok: false, reason: expect.stringContaining('install one') as string });
  expect(existsSync(`${folder}/out/shim`)).toBe(false);
  writeFileSync(`${folder}/cc`, '#!/bin/sh\necho broken >&2\nexit 1\n', { mode: 0o755 });
  const broken = buildNative({ outDir: `${folder}/out`, pathEnv: folder });
  expect(broken).toMatchObject({ ok: false, reason: expect.stringContaining('broken') as string });
  // A compiler that cannot link statically, and no musl beside it.
  const real = process.env['PATH'] ?? '';
  writeFileSync(
    `${folder}/cc`,
    `#!/bin/sh\ncase " $* " in *' -static '*) exit 1 ;; esac\nPATH='${real}' exec cc "$@"\n`,
    { mode: 0o755 },
  );
  const dynamic = buildNative({ outDir: `${folder}/out`, pathEnv: folder });
  expect(dynamic).toEqual({ ok: true, files: [`${folder}/out/shim`, `${folder}/out/countersign-hook`] });
});
