/** `keychain-program.ts SERVICE ACCOUNT SECRET`: stores, reads back, forgets, prints the answers as JSON. */
import { forgetInKeychain, readKeychain, storeInKeychain } from '../../../cli/keys/keychain.ts';

const [service = '', account = '', secret = ''] = process.argv.slice(2);
const stored = await storeInKeychain(service, account, secret);
const read = await readKeychain(service, account).catch(() => null);
await forgetInKeychain(service, account);
const left = await readKeychain(service, account).catch(() => null);
process.stdout.write(JSON.stringify({ stored, read, left }));
