/** Runs one target in a process of its own: `node test/fuzz/script/run-one.ts NAME SECONDS SEED`; prints the outcome as JSON. */
import fc from 'fast-check';

import { SCRIPT_TARGETS } from './targets.ts';

const [name, seconds, seed] = process.argv.slice(2);
const target = SCRIPT_TARGETS.find((one) => one.name === name);
if (target === undefined) throw new Error(`there is no target \`${name}\``);

const property = await target.property();
const details = await fc.check(property, {
  seed: Number(seed),
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: Number(seconds) * 1000,
});
const problem = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
const finding = details.counterexample === null ? {} : { counterexample: details.counterexample, problem };
process.stdout.write(`${JSON.stringify({ runs: details.numRuns, ...finding })}\n`);
