/** `npm start`: brings Countersign up and shows what waits; `npm start -- CMD ARGS…` runs CMD under guard. */
import { createContext } from '../cli/context.ts';
import { main } from '../cli/main.ts';
import { liveOrFollow } from '../cli/live/start.ts';
import { withoutNpm } from '../cli/run/environment.ts';

// npm runs scripts in the package's folder; the person is somewhere else.
const cwd = process.env['INIT_CWD'] ?? process.cwd();
const words = process.argv.slice(2);

if (words.length > 0) process.chdir(cwd);
const context = createContext({ env: withoutNpm(process.env), cwd });
void (words.length > 0 ? main(['run', '--', ...words], context) : liveOrFollow(context)).then((code) => {
  process.exitCode = code;
});
