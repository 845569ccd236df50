/** Asks an OPA server over its REST interface. */
import { MAX_ANSWER_BYTES, NoAnswer } from './answer.ts';
import type { Evaluated, Evaluator } from './evaluator.ts';
import type { RegoInput } from './input.ts';

/** `path` as in a bundle: `a/b` is asked as `data.a.b`. */
export function openServer(url: string, path: string, timeoutMs: number): Evaluator {
  const target = new URL(`v1/data/${path}?provenance=true`, url.endsWith('/') ? url : `${url}/`);
  const closing = new AbortController();
  return {
    async evaluate(input) {
      try {
        return await post(target, input, AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]));
      } catch (error) {
        if (error instanceof NoAnswer) throw error;
        throw new NoAnswer(wordsOf(error, timeoutMs), { cause: error });
      }
    },
    async close() {
      closing.abort();
    },
  };
}

async function post(target: URL, input: RegoInput, signal: AbortSignal): Promise<Evaluated> {
  const response = await fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
    // Elsewhere is somebody else.
    redirect: 'error',
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new NoAnswer(`the server answered with status ${response.status}`);
  }
  const reply: unknown = JSON.parse(await boundedText(response));
  if (typeof reply !== 'object' || reply === null) throw new NoAnswer('the server answered with no object');
  const document: unknown = 'result' in reply ? reply.result : undefined;
  const revision = 'provenance' in reply ? revisionOf(reply.provenance) : undefined;
  return { document, ...(revision === undefined ? {} : { revision }) };
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ANSWER_BYTES) throw new NoAnswer('the server answered with too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What the server answered from, as far as it says: the names and revisions of its bundles. */
function revisionOf(provenance: unknown): string | undefined {
  const bundles: unknown =
    typeof provenance === 'object' && provenance !== null && 'bundles' in provenance ? provenance.bundles : undefined;
  if (typeof bundles !== 'object' || bundles === null) return undefined;
  const parts = Object.entries(bundles).map(
    ([name, { revision = '' }]: [string, { revision?: string }]) => `${name}@${revision}`,
  );
  return parts.length === 0 ? undefined : parts.toSorted().join(' ').slice(0, 256).toWellFormed();
}

function wordsOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'the server cannot be asked';
  if (error.name === 'TimeoutError') return `the server did not answer within ${timeoutMs} ms`;
  if (error instanceof SyntaxError) return 'the server answered with no JSON';
  return `the server cannot be asked: ${error.cause instanceof Error ? error.cause.message : error.message}`;
}
