/** `countersign status`: mode, pause, what waits, what to mend. */
import type { Status } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { policyFailure } from '../service/start-failure.ts';
import { statusLines } from '../show/status.ts';

/** A daemon that a broken policy keeps from starting is not started by starting it. */
async function statusOf(context: Context): Promise<Status> {
  try {
    return await context.control.call('status');
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'daemon_unreachable') throw error;
    const [problem] = (await import('../offline/policy-problems.ts')).policyOnDisk(context.paths).problems;
    throw problem === undefined ? error : policyFailure(`${problem.file}:${problem.line}:${problem.col}: ${problem.message}`);
  }
} // prettier-ignore

export const status: Command = {
  usage: ['status'],
  about: 'Shows the mode, a running pause, how much waits for you, and what should be mended.',
  examples: ['countersign status', 'countersign status --json'],
  async run(input, context) {
    const now = await statusOf(context);
    if (input.flag('json')) context.printJson(now);
    else for (const line of statusLines(now, context.style, Date.now())) context.print(line);
    return EXIT.ok;
  },
};
