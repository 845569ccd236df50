/** Drives one client through its conversations, and says what came of each scenario. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { verifies } from '../helpers/verifies.ts';
import { keepCell } from './cells.ts';
import { chronicleOf, theLine, type Chronicle } from './chronicle.ts';
import type { Client } from './client.ts';
import { converse, type Conversation, type Seen } from './conversation.ts';
import { installed } from './install.ts';
import { dayScenes, lateScenes, longScenes } from './scenes.ts';
import { setStage } from './stage.ts';

/** Long enough for every client to start, think and end on a machine with other work. */
const LIMIT_MS = 150_000;
/** As short as leaves a busy machine the time to judge. */
const SHORT_MS = 8_000;
const MINUTE_MS = 61_000;
const IS_LONG = Number(process.env['COUNTERSIGN_LONG'] ?? '0') > 0;

type Day = { readonly conversation: Conversation; readonly chronicle: Chronicle; readonly left: ReadonlySet<string> };

const MARKS = ['made.txt', 'src', 'docs/new.ts', 'by-mcp.txt', 'lib/new.ts', 'late.txt'] as const;

export function drive(client: Client): void {
  const install = installed(client);
  describe(`${client.title} ${client.version}`, () => {
    if (install.ok) driveInstalled(client, install.binary);
    else test('is driven through a day', ({ skip }) => skip(`not run: ${install.reason}`));
  });
}

function driveInstalled(client: Client, binary: string): void {
  let day: Day | undefined;
  const theDay = (): Day => day ?? expect.fail('the conversation did not come to its end');
  const seen = (id: string): Seen => theDay().conversation.seen[id] ?? expect.fail(`nothing is known of ${id}`);

  test('is driven through a day', { timeout: LIMIT_MS + 60_000 }, async () => {
    const stage = await setStage();
    let chronicle: Chronicle = [];
    const scenes = dayScenes(stage, async () => void (chronicle = await chronicleOf(stage.daemon)));
    const conversation = await converse(client, stage, scenes, { binary, limitMs: LIMIT_MS }); // prettier-ignore
    const left = new Set(MARKS.filter((mark) => existsSync(join(stage.work, mark))));
    expect(Object.values(conversation.seen).filter(({ told }) => told === undefined), conversation.output).toEqual([]);
    day = { conversation, chronicle, left };
  }); // prettier-ignore

  test(verifies('clients:harmless'), () => {
    expect(theDay().left).toContain('made.txt');
    const line = theLine(theDay().chronicle, 'echo hello > made.txt');
    expect(line).toMatchObject({ agent: client.name, kind: 'exec', verdict: 'allow' });
    expect(line.kinds).toContain('action.outcome');
    keepCell(client, 'harmless', 'ran', [line.traceId]);
  });

  test(verifies('clients:approved'), () => {
    expect(theDay().left).not.toContain('src');
    const { traces } = seen('approved');
    expect(traces).toHaveLength(1);
    const line = theLine(theDay().chronicle, 'rm -r src');
    expect(line).toMatchObject({ traceId: traces[0], verdict: 'allow' });
    // The shim of `rm` asked too, and was answered from the same trace.
    expect(line.kinds).toContain('action.covered');
    keepCell(client, 'approved', 'ran after the yes', traces);
  });

  test(verifies('clients:denied'), () => {
    expect(theDay().left).toContain('docs/new.ts');
    expect(seen('denied').told).toContain('the person said so');
    expect(theLine(theDay().chronicle, 'rm -r docs')).toMatchObject({ verdict: 'deny' });
    keepCell(client, 'denied', 'not run; the model is told why', seen('denied').traces);
  });

  test(verifies('clients:rewrite'), () => {
    expect(seen('rewrite').told).toContain('23 notes.txt');
    expect(seen('rewrite').told).not.toContain('nobody is to read');
    const line = theLine(theDay().chronicle, 'cat notes.txt');
    expect(line).toMatchObject({ verdict: 'compute' });
    keepCell(client, 'rewrite', 'the safer command ran', [line.traceId]);
  });

  test(verifies('clients:mcp'), () => {
    expect(theDay().left).toContain('by-mcp.txt');
    const line = theLine(theDay().chronicle, 'by-mcp.txt');
    expect(line).toMatchObject({ agent: client.name, kind: 'mcp', verdict: 'allow' });
    keepCell(client, 'mcp', 'judged, and ran', [line.traceId]);
  });

  const killed = verifies('clients:killed');
  if (client.whenHookKilled === 'blocked')
    test(killed, () => {
      expect(theDay().left).toContain('lib/new.ts');
      expect(seen('killed').traces).toHaveLength(1);
      keepCell(client, 'killed', 'not run: the client refuses', seen('killed').traces);
    });
  else
    test(killed, () => {
      // The client ran it, so the shim of `rm` asked.
      const { traces, told } = seen('killed');
      expect(theDay().left).toContain('lib/new.ts');
      expect(traces).toHaveLength(2);
      const below = theDay().chronicle.find(({ traceId }) => traceId === traces[1]);
      expect(below).toMatchObject({ verdict: 'deny', kinds: expect.arrayContaining(['action.unannounced']) as string[] }); // prettier-ignore
      expect(told).toContain('the person said so');
      keepCell(client, 'killed', 'the client runs it; the shim of `rm` asks again, and the no held', traces);
    });

  test(verifies('clients:dead'), () => {
    expect(theDay().left).not.toContain('late.txt');
    expect(seen('dead').told).toContain('`countersign up`');
    keepCell(client, 'dead', 'not run; the model is told how to go on', []);
  });

  test(verifies('clients:late'), { timeout: LIMIT_MS + 60_000 }, async () => {
    const stage = await setStage();
    const asked = await converse(client, stage, lateScenes(), { binary, hurriedMs: SHORT_MS, limitMs: LIMIT_MS });
    expect(asked.seen['late']?.told, asked.output).toContain('not yet: this is still waiting for a person');
    expect(existsSync(join(stage.work, 'src')), asked.output).toBe(false);
    expect(asked.seen['again']?.traces).toEqual(asked.seen['late']?.traces);
    keepCell(client, 'late', 'not run in time; asked again, it ran after the yes', asked.seen['again']?.traces ?? []);
  });

  test.skipIf(!IS_LONG)(verifies('clients:long'), { timeout: LIMIT_MS + 2 * MINUTE_MS }, async () => {
    const stage = await setStage();
    const options = { binary, limitMs: LIMIT_MS + MINUTE_MS };
    const { seen: held, output } = await converse(client, stage, longScenes(MINUTE_MS), options);
    expect(existsSync(join(stage.work, 'src')), output).toBe(false);
    keepCell(client, 'long', `ran after a yes that came ${MINUTE_MS / 1000} s later`, held['long']?.traces ?? []);
  });
}
