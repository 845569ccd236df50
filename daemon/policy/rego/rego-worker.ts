/** The thread that evaluates a Rego bundle. It can be ended at any time; nothing waits for it without a limit. */
import { parentPort, workerData } from 'node:worker_threads';

import { loadPolicy, type LoadedPolicy } from '@open-policy-agent/opa-wasm';

import { MAX_ANSWER_BYTES } from './answer.ts';
import { hostBuiltins } from './builtins/builtins.ts';
import { unpackBundle } from './bundle.ts';
import type { FromRegoWorker, RegoWorkerSetup, ToRegoWorker } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('the Rego worker runs as a worker thread');
// The thread is started with this and nothing else.
const { bundle, path } = workerData as RegoWorkerSetup;

/** 256 MiB: an evaluation that wants more fails. */
const MEMORY = { initial: 32, maximum: 4096 };

let at = 0;
let policy: LoadedPolicy | undefined;

function say(message: FromRegoWorker): void {
  port?.postMessage(message);
}

async function load(): Promise<void> {
  const { wasm, data } = unpackBundle(Buffer.from(bundle));
  const loaded = await loadPolicy(
    wasm,
    MEMORY,
    hostBuiltins(() => at),
  );
  // The library's types leave this open.
  const entrypoints = Object.keys(loaded.entrypoints as Record<string, number>);
  if (!entrypoints.includes(path)) {
    throw new Error(
      `the bundle has no entrypoint \`${path}\`; build it with \`-e ${path}\`, it has ${named(entrypoints)}`,
    );
  }
  loaded.setData(data);
  policy = loaded;
}

function named(entrypoints: readonly string[]): string {
  return entrypoints.length === 0 ? 'none' : entrypoints.map((name) => `\`${name}\``).join(', ');
}

function evaluate({ id, input, at: time }: ToRegoWorker): void {
  try {
    if (policy === undefined) throw new Error('the policy is not loaded');
    at = time;
    const results: unknown = policy.evaluate(input, path);
    // OPA answers with a list of results, which is empty for what is undefined.
    const [first] = Array.isArray(results) ? (results as { result?: unknown }[]) : [];
    const document = first?.result;
    // INVARIANT: the thread that everybody waits for never has to take over more than this.
    if ((JSON.stringify(document) ?? '').length > MAX_ANSWER_BYTES) throw new Error('it answered with too much');
    say({ kind: 'answer', id, document });
  } catch (error) {
    say({ kind: 'failed', id, problem: wordsOf(error) });
  }
}

/** A policy may throw what it was told, all of it. */
const MAX_WORDS = 1_000;

/** The library throws texts and objects as well as errors. */
function wordsOf(error: unknown): string {
  const message: unknown = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return (typeof message === 'string' ? message : String(message)).slice(0, MAX_WORDS);
}

port.on('message', evaluate);
load().then(
  () => say({ kind: 'ready' }),
  (error: unknown) => say({ kind: 'broken', problem: wordsOf(error) }),
);
