/** What a service manager is told to run: the pinned Node, the daemon, and the file that fixes its folders. */
import { createHash } from 'node:crypto';
import { homedir, userInfo } from 'node:os';

import type { Context } from '../context.ts';
import { DAEMON_MAIN, SYSTEM_PATH } from './daemon-program.ts';

export type ServiceSpec = {
  /** The same for the same home, so that two homes have two services. */
  readonly id: string;
  readonly node: string;
  readonly daemon: string;
  readonly pathsFile: string;
  readonly log: string;
  readonly homedir: string;
  readonly user: string;
  readonly path: string;
};

export function serviceSpec({ paths, env }: Context): ServiceSpec {
  const own = env['COUNTERSIGN_HOME'] !== undefined;
  return {
    id: own ? `countersign-${createHash('sha256').update(paths.home).digest('hex').slice(0, 8)}` : 'countersign',
    node: process.execPath,
    daemon: DAEMON_MAIN,
    pathsFile: `${paths.libexec}/paths.json`,
    log: paths.log,
    homedir: env['HOME'] ?? homedir(),
    user: userInfo().username,
    path: SYSTEM_PATH,
  };
}
