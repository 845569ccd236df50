/** Why a daemon did not come up, in its own words, and what mends that. */
import { readFileSync, statSync } from 'node:fs';

import { z } from 'zod';

import { CountersignError, ErrorCode, ERRORS, type Problem } from '../../protocol/errors.ts';

/** As much of the log as tells why. */
const MAX_MESSAGES = 5;
const SEVERE: ReadonlySet<string> = new Set(['error', 'fatal']);

const LogLine = z.object({
  level: z.string(),
  message: z.string(),
  code: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
});
type LogLine = z.infer<typeof LogLine>;

/** Starting it again would fail again: the hint is about the cause. */
export class StartFailure extends CountersignError {
  readonly hint: string;

  constructor(detail: string, hint: string) {
    super('daemon_unreachable', detail);
    this.hint = hint;
  }

  override toProblem(): Problem {
    return { ...super.toProblem(), hint: this.hint };
  }
}

/** Where the log ends now; what comes after is of the start that follows. */
export function endOfLog(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

export function startFailure(log: string, from: number): StartFailure {
  const lines = linesFrom(log, from);
  const known = lines.findLast(({ code }) => ErrorCode.safeParse(code).success);
  const code = ErrorCode.safeParse(known?.code).data;
  if (known !== undefined && code !== undefined) return failureOf(code, detailOf(known.message, code));
  const said = lines.filter(({ level }) => SEVERE.has(level)).map(({ message, err }) => (err === undefined ? message : `${message}: ${err.message}`));
  return new StartFailure(['the daemon does not start', ...said.slice(-MAX_MESSAGES)].join('\n'), `\`countersign doctor\` says what to mend; its log is ${log}`);
} // prettier-ignore

export function policyFailure(problem: string): StartFailure {
  return failureOf('policy_invalid', problem);
}

function failureOf(code: ErrorCode, detail: string): StartFailure {
  if (code === 'policy_invalid') return new StartFailure(`the daemon does not start: the policy does not load: ${detail}`, '`countersign policy check` shows every fault; then `countersign up`'); // prettier-ignore
  return new StartFailure(`the daemon does not start: ${detail}`, ERRORS[code].hint);
}

/** The log has title, detail and hint in one line; only the detail is of this case. */
function detailOf(message: string, code: ErrorCode): string {
  const { meaning, hint } = ERRORS[code];
  const start = message.startsWith(`${meaning}: `) ? meaning.length + 2 : 0;
  return message.slice(start, message.endsWith(`; ${hint}`) ? -hint.length - 2 : undefined);
}

function linesFrom(path: string, from: number): LogLine[] {
  const bytes = bytesOf(path);
  // A log that is shorter by now was begun anew.
  const text = bytes.subarray(bytes.length < from ? 0 : from).toString('utf8');
  return text.split('\n').flatMap((line) => parsed(line));
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    // Without a log there is nothing to tell.
    return Buffer.alloc(0);
  }
}

/** What is not a line of the log, such as a word of Node itself, is told as it is. */
function parsed(line: string): LogLine[] {
  if (line.trim() === '') return [];
  try {
    return [LogLine.parse(JSON.parse(line))];
  } catch {
    return [{ level: 'error', message: line }];
  }
}
