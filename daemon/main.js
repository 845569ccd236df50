// The daemon of a checkout: the bundle while it is what the sources say, else the sources.
import { createRequire } from 'node:module';

import { bundled } from '../build/setup/program.js';

const bundle = bundled('daemon/main.js');
if (bundle === undefined) await import(new URL('main.ts', import.meta.url).href);
else createRequire(import.meta.url)(bundle);
