// `npm start`: the bundle while it is what the sources say, else the sources.
import { createRequire } from 'node:module';

import { bundled } from './setup/program.js';

const bundle = bundled('build/start.js');
if (bundle === undefined) await import('./start.ts');
else createRequire(import.meta.url)(bundle);
