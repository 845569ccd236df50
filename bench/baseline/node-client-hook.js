// What most hooks of agents are: a script that Node starts for one call. Passes on the same text to the same daemon.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const [socketPath, client] = process.argv.slice(2);
const hook = {
  v: 1,
  type: 'hook',
  id: `hook-${process.pid}`,
  client,
  payload: readFileSync(0, 'utf8'),
  timeoutMs: 60_000,
  cwd: process.cwd(),
  env: {},
};

const socket = connect(socketPath, () => socket.write(`${JSON.stringify(hook)}\n`));
let received = '';
socket.on('data', (chunk) => {
  received += chunk;
  if (!received.includes('\n')) return;
  socket.end();
  const { stdout, exitCode } = JSON.parse(received);
  process.stdout.write(stdout);
  process.exitCode = exitCode;
});
