/** `countersign explain`: how a command would be judged; executes nothing and needs no daemon. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';

import type { ExecAction } from '../../protocol/action.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { openOfflineJudge } from '../offline/judge.ts';
import { assessmentLines } from '../show/assessment.ts';
import { printable, printableCommandLines } from '../terminal/printable.ts';

export const explain: Command = {
  usage: ['explain [--cwd DIR] -- CMD ARGS…', "explain [--cwd DIR] --shell 'SOURCE'"],
  about: 'Says how a command would be judged, point by point. Runs nothing and needs no daemon.',
  options: {
    cwd: { type: 'string', value: 'DIR', help: 'where it would run; here unless given' },
    shell: { type: 'string', value: 'SOURCE', help: 'shell source instead of a command' },
  },
  examples: ['countersign explain -- rm -rf src', "countersign explain --shell 'git fetch && git reset --hard origin/main'"],
  passThrough: true,
  async run(input, context) {
    const action = actionOf(input, context);
    const judge = await openOfflineJudge(context.paths, context.env['HOME'] ?? '/');
    try {
      const { assessment, facts } = await judge.judge(action, judge.look);
      if (input.flag('json')) {
        const { score, band, verdict, findings, operations, effects, policyDigest } = assessment;
        context.printJson({ score, band, verdict, findings, operations, effects, facts, policyDigest });
      } else {
        for (const line of printableCommandLines(action.argv)) context.print(context.style.dim(`│ ${line}`));
        for (const line of assessmentLines(assessment, context.style)) context.print(line);
      }
    } finally {
      await judge.close();
    }
    return EXIT.ok;
  },
}; // prettier-ignore

function actionOf(input: Input, context: Context): ExecAction {
  const source = input.text('shell');
  if ((source === undefined) === (input.rest.length === 0)) {
    throw new UsageError('give a command after `--`, or shell source with `--shell`');
  }
  const argv = source === undefined ? [...input.rest] : ['sh', '-c', source];
  const cwd = resolve(context.cwd, input.text('cwd') ?? '.');
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`\`${printable(cwd)}\` is not a folder`);
  return { kind: 'exec', argv, cwd, env: {}, agent: 'explain', session: 'explain', stdin: 'unknown' };
}
