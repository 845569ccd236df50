/** `keychain-probe.ts [SERVICE ACCOUNT]`: ends with an error when there is no keychain, or not this secret in it. */
import { AsyncEntry } from '@napi-rs/keyring';

import { KEYCHAIN } from '../keys/keychain.ts';

const [service, account] = process.argv.slice(2);

async function probe(): Promise<void> {
  const secret = await new AsyncEntry(service ?? 'countersign', account ?? 'doctor', KEYCHAIN).getPassword();
  if (account !== undefined && typeof secret !== 'string') throw new Error('it does not hold the key');
}

probe().catch((error: Error) => {
  process.stderr.write(`${error.message.split('\n')[0] ?? ''}\n`);
  process.exitCode = 1;
});
