/** Where the daemon's program lies and the PATH it is given. */
import { fileURLToPath } from 'node:url';

/** Plain JavaScript: in a checkout it finds out whether the bundle is what the sources say now. */
export const DAEMON_MAIN = fileURLToPath(new URL('../../daemon/main.js', import.meta.url));

/** Of the system alone: the caller's PATH could change what the daemon runs. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin';
