// What most agent hooks are: a script that Node starts for one question. Asks the same daemon on the same socket.
import { connect } from 'node:net';

const [socketPath, ...argv] = process.argv.slice(2);
const ask = {
  v: 1,
  type: 'ask',
  id: `hook-${process.pid}`,
  entry: 'hook',
  name: argv[0],
  executable: `/bin/${argv[0]}`,
  argv,
  cwd: process.cwd(),
  env: {},
  stdin: 'null',
};

const socket = connect(socketPath, () => socket.write(`${JSON.stringify(ask)}\n`));
let received = '';
socket.on('data', (chunk) => {
  received += chunk;
  if (!received.includes('\n')) return;
  socket.end();
  process.exitCode = JSON.parse(received).verdict === 'allow' ? 0 : 126;
});
