/** A client of the first SDK, of the eras with sessions: reads a job from its input and prints what it saw. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { work } from './client-work.mjs';

await work((job) => ({
  client: new Client({ name: 'sdk-1', version: '1' }, { capabilities: { roots: { listChanged: true } } }),
  transport: new StdioClientTransport({ ...job, stderr: 'ignore' }),
}));
