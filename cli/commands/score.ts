/** `countersign score`: judges a stream of commands; executes nothing and needs no daemon. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { z } from 'zod';

import type { Action } from '../../protocol/action.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { openExplainer, type Explainer } from '../offline/explainer.ts';
import { printableJson } from '../terminal/printable.ts';

const id = z.union([z.string(), z.number()]);
const Item = z.union([
  z.object({ id, command: z.string(), cwd: z.string().optional() }),
  z.object({ id, tool: z.string().min(1).max(256), args: z.record(z.string(), z.json()).default({}), cwd: z.string().optional() }),
]); // prettier-ignore
type Item = z.infer<typeof Item>;

type Scored = {
  readonly id: string | number | null;
  readonly decision: 'allow' | 'ask' | 'deny';
  readonly score: number;
  readonly error?: string;
};

/** A folder that is on no machine: without a cwd there is nothing to look at. */
const NOWHERE = '/nonexistent';

export const score: Command = {
  usage: ['score < ITEMS.jsonl'],
  about:
    'Reads {"id","command","cwd"} or {"id","tool","args","cwd"} line by line and answers {"id","decision","score"}.\n' +
    'Runs nothing and needs no daemon. Judges as `explain` does: where the cwd is a folder of this machine, by what is\n' +
    'there; without one, or with another machine’s, nothing is looked at, and all that depends on files counts as unknown.',
  examples: ['echo \'{"id":1,"command":"git push --force"}\' | countersign score'],
  async run(_input, context) {
    const explainer = openExplainer(context);
    try {
      // Reading waits for writing, so that an endless stream takes no more memory than one line.
      for await (const line of createInterface({ input: context.stdin, crlfDelay: Infinity })) {
        if (line.trim() !== '') await write(context, await scoreLine(explainer, line));
      }
    } finally {
      await explainer.close();
    }
    return EXIT.ok;
  },
};

async function write({ stdout }: Context, scored: Scored): Promise<void> {
  if (!stdout.write(`${printableJson(scored)}\n`)) await once(stdout, 'drain');
}

/** What cannot be read or judged is asked about, never allowed. */
async function scoreLine(explainer: Explainer, line: string): Promise<Scored> {
  const item = parseItem(line);
  if (item === undefined) return { id: idIn(line), decision: 'ask', score: 100, error: 'not an item' };
  try {
    const { assessment } = await explainer.explain(actionOf(item));
    return { id: item.id, decision: decisionOf(assessment), score: assessment.score };
  } catch (error) {
    return { id: item.id, decision: 'ask', score: 100, error: (error as Error).message };
  }
}

function parseItem(line: string): Item | undefined {
  const parsed = Item.safeParse(parseJson(line));
  return parsed.success ? parsed.data : undefined;
}

function idIn(line: string): string | number | null {
  const parsed = z.object({ id }).safeParse(parseJson(line));
  return parsed.success ? parsed.data.id : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The caller answers for what is no JSON.
    return undefined;
  }
}

function actionOf(item: Item): Action {
  const cwd = item.cwd === undefined || item.cwd === '' ? NOWHERE : item.cwd;
  const shared = { cwd, env: {}, agent: 'explain', session: 'explain' };
  if ('tool' in item) return { kind: 'tool', tool: item.tool, args: item.args, ...shared };
  return { kind: 'exec', argv: ['sh', '-c', item.command], stdin: 'unknown', ...shared };
}

function decisionOf({ verdict }: Assessment): Scored['decision'] {
  if (verdict === 'deny') return 'deny';
  return verdict === 'allow' ? 'allow' : 'ask';
}
