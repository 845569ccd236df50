/** An agent of its own process: opens a session, tells of its model, asks, and ends as it is told. */
import { createClient } from '../../../sdk/typescript/src/index.ts';

const [, , url = '', ...rest] = process.argv;
const client = createClient({ url, agent: 'nightly' });
const session = await client.session({ argv: ['node', 'agent.js', ...rest] });
session.record({ type: 'prompt', text: 'clean up', at: 1_790_000_000_000 });
const output = session.stream({ model: 'm-1' });
// The secret comes in two pieces.
for (const piece of ['I have ghp_016C7e1a9B2d4F6a', '8C0e2A4c6E8a0C2e4G6i', ' and will delete src.'])
  output.write(piece);
output.end();
const answer = await client.evaluate({ kind: 'tool', tool: 'get_weather', args: { city: 'Bern' }, cwd: '/' });
session.record({
  type: 'usage',
  model: 'm-1',
  inputTokens: 812,
  outputTokens: 40,
  costUsd: 0.0021,
  trace: answer.traceId,
});
for (let at = 0; at < 200; at++) client.record({ type: 'output', text: `step ${at}` });
session.record({ type: 'reasoning', text: `${'x'.repeat(65_530)} and more than fits` });
session.stream({ type: 'reasoning' }).write('never ended');
if (rest.includes('end')) await session.end(3);
// Otherwise what is kept is sent when nothing else is left to do.
process.stdout.write(
  `${JSON.stringify({ id: session.id, agent: session.agent, nested: session.nested, trace: answer.traceId })}\n`,
);
