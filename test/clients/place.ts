/** Installs the clients that are not there yet, one after the other, and says why one is not: `node test/clients/place.ts`. */
import { CLIENTS } from './all.ts';
import { install } from './install.ts';

/** For all of them; what is not there by then is not run. A second run finds the rest of them already in place. */
const WITHIN_MS = Number(process.env['COUNTERSIGN_CLIENTS_SECONDS'] ?? '90') * 1000;

const until = Date.now() + WITHIN_MS;
for (const client of CLIENTS) {
  const found = await install(client, until - Date.now());
  const said = found.ok ? 'is in place' : `is not run: ${found.reason}`;
  process.stdout.write(`clients: ${client.title} ${client.version} ${said}\n`);
  if (!found.ok && found.unreachable) break;
}
