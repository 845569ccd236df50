/** The story: harmless passes, dangerous is held, a denial lasts, and all of it can be proved afterwards. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Context } from '../context.ts';
import { reportLines, verifyTrace } from '../commands/trace-verify.ts';
import { frameHeadline } from '../show/frame.ts';
import { logText } from '../show/log-line.ts';
import { printable, printableLines } from '../terminal/printable.ts';
import { startAgentShell, type AgentShell, type Answer } from './agent-shell.ts';
import { answerWhile, askPerson, type Chooser, type Decision } from './decide.ts';

export type StoryOptions = { readonly context: Context; readonly repo: string; readonly auto: boolean };

export type StoryEnd = { readonly decisions: readonly (Decision | 'none')[]; readonly verified: boolean };

/** Throws when something did not happen as promised. */
export async function tellStory({ context, repo, auto }: StoryOptions): Promise<StoryEnd> {
  const { print, style } = context;
  const src = join(repo, 'src');
  print(style.dim(`A scratch repository in ${repo}; src holds an afternoon of uncommitted work.\n`));

  const first = startAgentShell(context, 'demo-agent');
  print('An agent looks around. That is harmless and passes at once.');
  expectCode(await play(context, first, 'git status --short'), 0);

  print('\nNow it wants to start afresh. Nothing could bring that work back, so it is held.');
  const one = await playAsked(context, first, 'rm -rf src', auto ? scripted(context, 'deny') : () => askPerson(context));
  let two: Decision | undefined;
  if (one === 'deny') {
    expectThere(src, true);
    print('\nDenied; the work is still there. It tries another spelling and is refused without asking you again.');
    const again = first.run('find src -delete');
    const asked = await answerWhile(context, again, scripted(context, 'deny'));
    show(context, 'find src -delete', await again);
    if (asked !== undefined) throw new Error('the denial was forgotten: it asked again');
    expectThere(src, true);
    await first.end();
    print('\nAnother session, another day: the same question is asked anew.');
    const second = startAgentShell(context, 'demo-agent');
    two = await playAsked(context, second, 'rm -rf src', auto ? scripted(context, 'approve') : () => askPerson(context));
    await second.end();
  } else {
    await first.end();
  }
  expectThere(src, (two ?? one) !== 'approve');
  print(`\n${existsSync(src) ? 'The work is still there.' : 'It was approved, so it ran: src is gone.'}`);
  return { decisions: [one ?? 'none', ...(two === undefined ? [] : [two])], verified: await showTrace(context) };
} // prettier-ignore

function scripted({ print, style }: Context, decision: Decision): Chooser {
  return async () => {
    print(style.dim(`  (${decision === 'approve' ? 'approved' : 'denied'} by the demo's own approver)`));
    return decision;
  };
}

async function play(context: Context, shell: AgentShell, line: string): Promise<Answer> {
  const answer = await shell.run(line);
  show(context, line, answer);
  return answer;
}

async function playAsked(context: Context, shell: AgentShell, line: string, choose: Chooser): Promise<Decision | undefined> {
  const running = shell.run(line);
  const decision = await answerWhile(context, running, choose);
  const answer = await running;
  show(context, line, answer);
  if (decision === undefined) throw new Error(`\`${line}\` was not held`);
  expectCode(answer, decision === 'approve' ? 0 : 126);
  return decision;
} // prettier-ignore

function show({ print, style }: Context, line: string, { output, exitCode }: Answer): void {
  print(`  ${style.bold(`$ ${printable(line)}`)}${exitCode === 0 ? '' : style.red(`  exit ${exitCode}`)}`);
  for (const text of output === '' ? [] : printableLines(output)) print(style.dim(`  ${text}`));
}

async function showTrace(context: Context): Promise<boolean> {
  const { print, style, control } = context;
  print('\nEverything is in the trace:');
  const lines = await control.call('log', { query: { limit: 20 } });
  for (const line of lines.filter(({ actorType }) => actorType === 'agent')) print(`  ${logText(line, style)}`);
  const last = lines.findLast(({ kind }) => kind === 'exec');
  if (last !== undefined) {
    print('\nThe last action, frame by frame:');
    const frames = await control.call('trace', { params: { id: last.traceId } });
    for (const frame of frames) print(`  ${frameHeadline(frame, style)}`);
  }
  print('');
  const report = await verifyTrace(context);
  for (const line of reportLines(report, context)) print(line);
  return report.ok;
}

function expectCode({ exitCode, output }: Answer, wanted: number): void {
  if (exitCode !== wanted) throw new Error(`it should have ended with ${wanted} and ended with ${exitCode}: ${output}`);
}

function expectThere(path: string, wanted: boolean): void {
  if (existsSync(path) !== wanted) throw new Error(`${path} should ${wanted ? '' : 'not '}be there`);
}
