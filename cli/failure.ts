/** What a failed command says and the exit code it ends with. */
import { CountersignError } from '../protocol/errors.ts';
import { UsageError } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { printableLines } from './terminal/printable.ts';
import { Interrupted } from './terminal/read-secret.ts';

export type Failure = { readonly lines: readonly string[]; readonly exitCode: number };

/** Shells report a program that Ctrl-C ended in this way. */
const INTERRUPTED_EXIT_CODE = 130;

const DENIALS: ReadonlySet<string> = new Set(['denied_by_human', 'denied_by_rule', 'denied_before', 'governed_peer']);

/** `command` is the name of the one that failed, where it is known. */
export function describeFailure(error: unknown, command = ''): Failure {
  if (error instanceof UsageError) {
    return { lines: [...textLines(error.message), ...error.details, `  ${usageHint(command)}`], exitCode: EXIT.usage };
  }
  if (error instanceof Interrupted) return { lines: [], exitCode: INTERRUPTED_EXIT_CODE };
  if (error instanceof CountersignError) {
    return {
      lines: [...textLines(detailOf(error, command)), `  ${error.toProblem().hint}`],
      exitCode: exitCodeOf(error),
    };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { lines: textLines(text), exitCode: EXIT.failure };
}

/** Messages quote what somebody typed or a file holds; no line of it may pose as ours. */
function textLines(message: string): string[] {
  const [first = '', ...more] = printableLines(message);
  return [`countersign: ${first}`, ...more.map((line) => `  │ ${line}`)];
}

function exitCodeOf({ code }: CountersignError): number {
  if (code === 'daemon_unreachable' || code === 'daemon_lost') return EXIT.unreachable;
  return DENIALS.has(code) ? EXIT.denied : EXIT.failure;
}

/** For `--json`: the problem document of the error, or one like it for what went wrong on this side. */
export function failureJson(error: unknown, command = ''): unknown {
  if (error instanceof CountersignError) return { error: { ...error.toProblem(), detail: detailOf(error, command) } };
  const detail = error instanceof Error ? error.message : String(error);
  if (!(error instanceof UsageError)) return { error: { title: 'the command failed', detail, hint: usageHint(command) } };
  return { error: { title: 'the command cannot be carried out as written', code: 'usage', detail, hint: usageHint(command) } };
} // prettier-ignore

function usageHint(command: string): string {
  return `try \`countersign ${command === '' ? '' : `${command} `}--help\``;
}

/** Below a guarded agent even looking is refused, which "may ask but not decide" would not explain. */
function detailOf({ code, message }: CountersignError, command: string): string {
  if (code !== 'governed_peer' || command === '') return message;
  return `this runs below a guarded agent, and \`countersign ${command}\` is for people`;
}
