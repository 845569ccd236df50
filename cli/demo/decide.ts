/** Waits for a question and answers it: by the person at the keyboard, or by the script of the story. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline/promises';

import type { Approval } from '../../protocol/approval.ts';
import type { Context } from '../context.ts';
import { openVoter } from '../control/signer.ts';
import { sendVote } from '../control/vote.ts';
import { cardLines, cardOfApproval } from '../show/approval.ts';

export type Decision = 'approve' | 'deny';

/** Undefined while nobody is asked. */
export type Chooser = (approval: Approval) => Promise<Decision>;

const POLL_MS = 50;

/** Answers at most one question, as long as the command it is about runs. */
export async function answerWhile(context: Context, running: Promise<unknown>, choose: Chooser): Promise<Decision | undefined> {
  let ended = false;
  const finished = (): void => {
    ended = true;
  };
  running.then(finished, finished);
  while (!ended) {
    const [item] = await context.control.call('pending');
    if (item !== undefined) return answer(context, item.id, choose);
    await sleep(POLL_MS);
  }
  return undefined;
} // prettier-ignore

async function answer(context: Context, id: string, choose: Chooser): Promise<Decision> {
  const approval = await context.control.call('approval', { params: { id } });
  for (const line of cardLines(cardOfApproval(approval), context.style, Date.now())) context.print(`  ${line}`);
  const decision = await choose(approval);
  await sendVote(context, approval, { decision, scope: 'once', reason: '' }, await openVoter(context, {}));
  return decision;
}

export async function askPerson({ stdin, stdout, style }: Context): Promise<Decision> {
  const question = createInterface({ input: stdin, output: stdout });
  try {
    const answered = await question.question(`  ${style.bold('Let it run?')} y approves, anything else denies: `);
    return answered.trim().toLowerCase() === 'y' ? 'approve' : 'deny';
  } finally {
    question.close();
  }
}
