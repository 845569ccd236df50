/** What both clients do. */
import { text } from 'node:stream/consumers';

export async function work(connect) {
  const { calls, ...job } = JSON.parse(await text(process.stdin));
  const { client, transport } = connect(job);
  await client.connect(transport);
  const seen = {
    server: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    tools: (await client.listTools()).tools,
    answers: [],
  };
  for (const call of calls)
    seen.answers.push(await client.callTool(call).catch((error) => ({ thrown: String(error) })));
  await client.close();
  process.stdout.write(JSON.stringify(seen));
}
