/** Stands where a client stands while `doctor` tries a hook: whoever starts one becomes the root of a governed run. */
import { spawn } from 'node:child_process';

const { COUNTERSIGN_CANARY: command = '', ...env } = process.env;
const NOT_STARTED = 126;

// Its own words do not name the hook, which would make it a part of it.
const hook = spawn('/bin/sh', ['-c', command], { env, stdio: 'inherit' });
hook.once('error', () => process.exit(NOT_STARTED));
hook.once('exit', (code) => process.exit(code ?? NOT_STARTED));
