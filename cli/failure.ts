/** What a failed command says and the exit code it ends with. */
import { CountersignError, ERRORS } from '../protocol/errors.ts';
import { UsageError } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { Interrupted } from './terminal/read-secret.ts';

export type Failure = { readonly lines: readonly string[]; readonly exitCode: number };

/** Shells report a program that Ctrl-C ended in this way. */
const INTERRUPTED_EXIT_CODE = 130;

const DENIALS: ReadonlySet<string> = new Set(['denied_by_human', 'denied_by_rule', 'denied_before', 'governed_peer']);

export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) {
    return { lines: [`countersign: ${error.message}`, '  try `countersign --help`'], exitCode: EXIT.usage };
  }
  if (error instanceof Interrupted) return { lines: [], exitCode: INTERRUPTED_EXIT_CODE };
  if (error instanceof CountersignError) {
    return { lines: [`countersign: ${error.message}`, `  ${ERRORS[error.code].hint}`], exitCode: exitCodeOf(error) };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { lines: [`countersign: ${text}`], exitCode: EXIT.failure };
}

function exitCodeOf({ code }: CountersignError): number {
  if (code === 'daemon_unreachable' || code === 'daemon_lost') return EXIT.unreachable;
  return DENIALS.has(code) ? EXIT.denied : EXIT.failure;
}

/** For `--json`: the problem document of the error, or a plain message. */
export function failureJson(error: unknown): unknown {
  if (error instanceof CountersignError) return { error: error.toProblem() };
  return { error: { detail: error instanceof Error ? error.message : String(error) } };
}
