/** OPA servers: a real one where there is one, and ones that fail in every way. */
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { readAnswer } from '../../../daemon/policy/rego/answer.ts';
import { openServer } from '../../../daemon/policy/rego/server.ts';
import { listening } from '../../helpers/listening.ts';
import { verifies } from '../../helpers/verifies.ts';
import { deletion, evaluatorOf, FIXTURES, HOUSE, inputOf } from './bundles.ts';
import { findOpa, startOpa } from './opa.ts';

const PATIENCE_MS = 30_000;
const opa = findOpa();

describe('a real OPA', () => {
  test('answers as the bundle does', async ({ skip }) => {
    if ('missing' in opa) return skip(opa.missing);
    const { url } = await startOpa(opa.path, [join(FIXTURES, 'house.rego'), join(FIXTURES, 'data.json')]);
    const server = openServer(url, 'countersign', PATIENCE_MS);
    const bundle = await evaluatorOf(HOUSE, 'countersign');
    const inputs = [
      inputOf(['rm'], { effects: [deletion('/work/db/migrations'), deletion('/work/src')] }),
      inputOf(['forbidden']),
      inputOf(['ls']),
    ];
    for (const input of inputs) {
      const [asked, evaluated] = await Promise.all([server.evaluate(input), bundle.evaluate(input)]);
      expect(readAnswer(asked.document, 'p')).toEqual(readAnswer(evaluated.document, 'p'));
    }
    const nowhere = await openServer(url, 'no/such', PATIENCE_MS).evaluate(inputOf(['ls']));
    expect(nowhere.document).toBeUndefined();
  });
});

/** Answers every request in one way. */
const serverThat = (answers: RequestListener): Promise<string> => listening(createServer(answers));

const ask = (url: string, timeoutMs = PATIENCE_MS) =>
  openServer(url, 'countersign', timeoutMs).evaluate(inputOf(['ls']));

describe(verifies('rego:server'), () => {
  test('is asked for the path with the input, and names what it answered from', async () => {
    let asked = '';
    let body = '';
    const url = await serverThat((request, response) => {
      asked = `${request.method} ${request.url}`;
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const provenance = { version: '1', bundles: { house: { revision: 'r7' }, base: {} } };
        response.end(JSON.stringify({ result: { findings: [] }, provenance }));
      });
    });
    await expect(ask(url)).resolves.toEqual({ document: { findings: [] }, revision: 'base@ house@r7' });
    expect(asked).toBe('POST /v1/data/countersign?provenance=true');
    expect(JSON.parse(body)).toEqual({ input: JSON.parse(JSON.stringify(inputOf(['ls']))) as unknown });
  });

  test('one that is silent is not waited for', async () => {
    await expect(ask(await serverThat(() => undefined), 200)).rejects.toThrow('did not answer within 200 ms');
  });

  test.each<[string, RequestListener]>([
    ['answered with status 500', (_, response) => response.writeHead(500).end()],
    ['answered with no JSON', (_, response) => response.end('{')],
    ['answered with no object', (_, response) => response.end('7')],
    ['answered with too much', (_, response) => response.end(JSON.stringify('x'.repeat(2_000_000)))],
    ['cannot be asked', (request) => request.socket.destroy()],
  ])('one that %s is no answer', async (words, answers) => {
    await expect(ask(await serverThat(answers))).rejects.toThrow(words);
  });

  test('one that sends elsewhere is no answer, and nobody goes there', async () => {
    let visits = 0;
    const elsewhere = await serverThat((_, response) => {
      visits += 1;
      response.end(JSON.stringify({ result: { findings: [] } }));
    });
    const url = await serverThat((_, response) => response.writeHead(307, { location: `${elsewhere}/` }).end());
    await expect(ask(url)).rejects.toThrow('cannot be asked');
    expect(visits).toBe(0);
  });

  test('one that is not there is no answer', async () => {
    await expect(ask('http://127.0.0.1:1')).rejects.toThrow('the server cannot be asked');
  });
});
