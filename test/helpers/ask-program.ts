/** Asks as a native client would, from within whatever run it is started in; prints each reply as a line of JSON. */
import { askOver } from './wire.ts';

const [socketPath = '', cwd = '', ...argv] = process.argv.slice(2);
const asked = askOver(socketPath, argv, cwd);
const printed = (reply: unknown): void => void process.stdout.write(`${JSON.stringify(reply)}\n`);
await asked.held.then(printed, () => undefined);
printed((await asked.reply) ?? { type: 'broken' });
