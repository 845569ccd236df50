import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';

import { resolvePaths } from '../../../protocol/paths.ts';
import { createAgentClient } from '../../../sdk/typescript/client.ts';
import { installShims } from '../../../shims/install.ts';
import { NODE, REPOSITORY } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('native:platform-folders'), async () => {
  const homedir = tempFolder();
  // The folders of a desktop: data, configuration and sockets each in a place of their own.
  const paths = resolvePaths({ env: { XDG_RUNTIME_DIR: tempFolder() }, platform: 'linux', homedir });
  execFileSync(NODE, [`${REPOSITORY}/build/native.ts`], { stdio: 'ignore' });
  installShims({
    paths,
    tools: ['git'],
    nodePath: NODE,
    daemonEntry: `${REPOSITORY}/daemon/main.ts`,
    nativeDir: `${REPOSITORY}/dist/native`,
    pathEnv: process.env['PATH'] ?? '',
  });
  const git = spawn(`${paths.shims}/git`, ['--version'], { stdio: 'ignore', env: { PATH: process.env['PATH'] ?? '' } });
  const [code] = await once(git, 'exit');
  const { pid, home } = await createAgentClient({ socketPath: paths.agentSocket }).call('health');
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  expect({ code, home }).toEqual({ code: 0, home: paths.home });
});
