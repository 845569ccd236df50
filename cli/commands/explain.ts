/** `countersign explain`: how a command would be judged; executes nothing and needs no daemon. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import type { ExecAction } from '../../protocol/action.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { isFolder, openExplainer, type Explained } from '../offline/explainer.ts';
import { unguardedPrograms } from '../offline/unguarded.ts';
import { assessmentLines } from '../show/assessment.ts';
import { restorableNotes } from '../show/undo.ts';
import { printable, printableCommandLines } from '../terminal/printable.ts';

export const explain: Command = {
  usage: ['explain [--cwd DIR] -- CMD ARGS…', "explain [--cwd DIR] --shell 'SOURCE'"],
  about:
    'Says how a command would be judged, point by point. Runs nothing, and what it looks at is what is really there.\n' +
    'A running daemon is asked; without one it is worked out here. In a folder that is not on this machine nothing can\n' +
    'be looked at, so all that depends on files counts as unknown. A command that is one word with blanks in it is taken as\n' +
    'shell source, unless a program of that name is there.',
  options: {
    cwd: { type: 'string', value: 'DIR', help: 'where it would run; here unless given' },
    shell: { type: 'string', value: 'SOURCE', help: 'shell source instead of a command' },
  },
  examples: ['countersign explain -- rm -rf src', "countersign explain --shell 'git fetch && git reset --hard origin/main'"],
  passThrough: true,
  async run(input, context) {
    const action = actionOf(input, context);
    const explainer = openExplainer(context);
    try {
      const explained = await explainer.explain(action);
      if (input.flag('json')) context.printJson(jsonOf(explained));
      else show(context, action, explained);
    } finally {
      await explainer.close();
    }
    return EXIT.ok;
  },
}; // prettier-ignore

function jsonOf({ assessment, facts }: Explained): unknown {
  const { score, band, verdict, findings, operations, effects, policyDigest } = assessment;
  return { score, band, verdict, findings, operations, effects, facts, policyDigest };
}

function show(
  context: Context,
  action: ExecAction,
  { assessment, facts, restorable, problems, alone }: Explained,
): void {
  const { style, print } = context;
  const isHere = isFolder(action.cwd);
  if (!isHere) print(style.amber(`! \`${printable(action.cwd)}\` is not on this machine: nothing there could be looked at`)); // prettier-ignore
  for (const problem of problems) print(style.amber(`! ${printable(problem)}`));
  for (const line of printableCommandLines(action.argv)) print(style.dim(`│ ${line}`));
  for (const line of assessmentLines(assessment, style)) print(line);
  if (isHere && alone === true && facts.some(({ need }) => need.kind === 'restorable'))
    print(style.dim('  what would be saved first only a running daemon knows: `countersign up`'));
  for (const note of restorable === undefined || !isHere ? [] : restorableNotes(restorable))
    print(style.dim(`  ${note}`));
  for (const program of unguardedPrograms(assessment, context.paths.shims)) {
    print(style.dim(`  ${printable(program)} is not guarded by name: this is only judged when an agent’s hook or a sealed run shows it`)); // prettier-ignore
  }
}

function actionOf(input: Input, context: Context): ExecAction {
  const source = input.text('shell');
  if ((source === undefined) === (input.rest.length === 0)) {
    throw new UsageError('give a command after `--`, or shell source with `--shell`');
  }
  const cwd = resolve(context.cwd, input.text('cwd') ?? '.');
  const line = source ?? lineOf(input.rest, cwd);
  const argv = line === undefined ? [...input.rest] : ['sh', '-c', line];
  return { kind: 'exec', argv, cwd, env: {}, agent: 'explain', session: 'explain', stdin: 'unknown' };
}

/** `explain -- 'curl … | sh'` means the line: no program is called that. */
function lineOf([first, ...more]: readonly string[], cwd: string): string | undefined {
  if (first === undefined || more.length > 0 || !/\s/u.test(first)) return undefined;
  return existsSync(resolve(cwd, first)) ? undefined : first;
}
