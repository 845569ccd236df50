/** The real native client in a scratch home. */
import { join } from 'node:path';

import { buildNative } from '../build/native.ts';
import { ROOT } from '../build/root.ts';
import type { Paths } from '../protocol/paths.ts';
import { installShims } from '../shims/install.ts';

/** What stands in the way of a shim, if anything. */
export function placeShim(paths: Paths, tools: readonly string[]): string | undefined {
  const built = buildNative();
  if (!built.ok) return built.reason;
  const { installed } = installShims({
    paths,
    tools: [...tools],
    nodePath: process.execPath,
    daemonEntry: join(ROOT, 'daemon', 'main.js'),
    nativeDir: join(ROOT, 'dist', 'native'),
    pathEnv: process.env['PATH'] ?? '',
  });
  const missing = tools.filter((tool) => !installed.includes(tool));
  return missing.length === 0 ? undefined : `no shim was placed for \`${missing.join(' ')}\``;
}
