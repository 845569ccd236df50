/** The client that everything uses unless it is given another one. */
import { createClient, type Client } from './client.ts';

let shared: Client | undefined;

/** Found by `COUNTERSIGN_URL`, `COUNTERSIGN_HOME`, or the socket of this user. */
export function defaultClient(): Client {
  return (shared ??= createClient());
}
