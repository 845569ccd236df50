/** `npm run soak -- --commands 100000`: guards so many commands and fails when memory, descriptors, threads or files grow. */
import { parseArgs } from 'node:util';

import { soak, WATCHED } from './soak/soak.ts';

/** A trace that grows by more for each command than it did is kept too much of. */
const MAX_TRACE_RATIO = 1.5;
const SAMPLES = 50;

const { values } = parseArgs({
  options: { commands: { type: 'string', default: '100000' }, 'shim-every': { type: 'string', default: '10' } },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const { commands, throughShim, shimProblem, growth, last, traceRatio } = await soak({
  commands: Number(values.commands),
  shimEvery: Number(values['shim-every']),
  samples: SAMPLES,
  print,
});

print(
  `${commands} commands, ${throughShim} of them through the shim${shimProblem === undefined ? '' : ` (${shimProblem})`}`,
);
for (const name of WATCHED) {
  const { grown, noise, grows } = growth[name];
  print(
    `${name}: ${grown.toFixed(1)} more in the later half, noise ${noise.toFixed(1)}, ${last[name].toFixed(0)} at the end: ${grows ? 'GROWS' : 'steady'}`,
  );
}
print(`trace: ${traceRatio.toFixed(2)} times as much for each command in the later half as in the earlier`);
const failed = WATCHED.some((name) => growth[name].grows) || traceRatio > MAX_TRACE_RATIO;
process.exitCode = failed ? 1 : 0;
