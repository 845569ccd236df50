/** Puts what the last runs came to into `results.json`, from which the reference page is made: `node test/clients/record.ts`. */
import { writeFileSync } from 'node:fs';

import { format } from 'prettier';

import { CLIENTS } from './all.ts';
import { readCells } from './cells.ts';
import { installed } from './install.ts';

const clients = CLIENTS.map((client) => {
  const { name, title, version } = client;
  const install = installed(client);
  return install.ok
    ? { name, title, version, cells: readCells(client) }
    : { name, title, version, cells: {}, notRun: install.reason };
});

const text = await format(JSON.stringify(clients), { parser: 'json', printWidth: 120 });
writeFileSync(new URL('results.json', import.meta.url), text);
process.stdout.write('test/clients/results.json is written; `npm run generate` makes the page from it\n');
