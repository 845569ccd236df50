/** A client of the second SDK, which asks for the newest era first: reads a job from its input and prints what it saw. */
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { work } from './client-work.mjs';

await work((job) => ({
  client: new Client({ name: 'sdk-2', version: '2' }, { capabilities: {} }),
  transport: new StdioClientTransport({ ...job, stderr: 'ignore' }),
}));
