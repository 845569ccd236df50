/** What a guarded call throws instead of running its tool. Match the class or `code`, never the text. */
import type { Answer, Finding } from './wire.ts';

/** How a failure is described to the constructor of {@link CountersignError}. */
export type Failure = {
  /** One of the codes in `docs/reference/errors.md`; a newer daemon may send others. */
  readonly code: string;
  /** One sentence, lower case. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** HTTP status, when the daemon refused the request itself. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
};

/** Everything this package throws on purpose. By itself: the daemon refused the request (`bad_request`, `conflict`, …). */
export class CountersignError extends Error {
  override readonly name: string = 'CountersignError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly status: number | undefined;

  constructor({ code, message, hint, status, cause }: Failure) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.status = status;
  }
}

/** The answer was no. `reason` says why and what to do next; show it to the model. */
export class Denied extends CountersignError {
  override readonly name = 'Denied';
  /** Words for the person and for the model; never empty. */
  readonly reason: string;
  /** Risk from 0 to 100. */
  readonly score: number;
  /** The trace of the action: `countersign trace show ID`. */
  readonly traceId: string;
  readonly requestId: string;
  /** Every rule that matched, with its points. */
  readonly findings: readonly Finding[];

  constructor(answer: Pick<Answer, 'reason' | 'score' | 'traceId' | 'requestId' | 'findings' | 'code'>) {
    super({ code: answer.code ?? 'denied_by_rule', message: answer.reason });
    this.reason = answer.reason;
    this.score = answer.score;
    this.traceId = answer.traceId;
    this.requestId = answer.requestId;
    this.findings = answer.findings;
  }
}

/** A person has been asked and has not answered. The question stays open: the same call again takes it up. */
export class ApprovalPending extends CountersignError {
  override readonly name = 'ApprovalPending';
  readonly reason: string;
  readonly score: number;
  readonly traceId: string;
  /** Under which the answer can be polled. */
  readonly requestId: string;
  /** The question: `countersign approve ID`. Absent while the action is still being judged. */
  readonly approval: string | undefined;
  /** When the question expires, in ms since the epoch. */
  readonly expiresAt: number | undefined;
  readonly findings: readonly Finding[];

  constructor(answer: Answer) {
    super({ code: 'approval_pending', message: answer.reason, hint: 'call again with the same arguments later' });
    this.reason = answer.reason;
    this.score = answer.score;
    this.traceId = answer.traceId;
    this.requestId = answer.requestId;
    this.approval = answer.approval;
    this.expiresAt = answer.expiresAt;
    this.findings = answer.findings;
  }
}

/** Nobody could be asked, so the tool did not run. `code` is `daemon_unreachable` or `daemon_lost`. */
export class DaemonUnavailable extends CountersignError {
  override readonly name = 'DaemonUnavailable';
  /** The request that the daemon may have taken up before it went away; the same call later takes it up again. */
  readonly question: string | undefined;

  constructor(code: 'daemon_unreachable' | 'daemon_lost', message: string, cause?: unknown, question?: string) {
    super({ code, message, hint: 'start it with `countersign up`', cause });
    this.question = question;
  }
}

/** The agent repeats itself; nobody was asked and nothing ran. */
export class LoopDetected extends CountersignError {
  override readonly name = 'LoopDetected';
  readonly tool: string;
  /** `same`: one call again and again; `alternating`: two calls that take turns. */
  readonly pattern: 'same' | 'alternating';
  /** How many calls the pattern has by now, this one included. */
  readonly calls: number;

  constructor(tool: string, pattern: 'same' | 'alternating', calls: number) {
    const what = pattern === 'same' ? 'the same call with the same arguments' : 'the same two calls in turn';
    super({
      code: 'loop_detected',
      message: `\`${tool}\` was not run: ${what}, ${calls} times in a row`,
      hint: 'the result will not change; do something else, or ask the person what they want',
    });
    this.tool = tool;
    this.pattern = pattern;
    this.calls = calls;
  }
}

/**
 * What to tell the model in place of a result: what happened and what to do next.
 * Undefined for errors that are not about a refusal, which are the tool's own.
 */
export function refusalText(error: unknown): string | undefined {
  if (error instanceof Denied) return `The tool was not run: ${error.reason}`;
  if (error instanceof ApprovalPending) {
    return `The tool was not run yet: a person has been asked and has not answered. ${error.reason}\n  next: go on with something else, or call it again later with the same arguments.`;
  }
  if (error instanceof CountersignError) {
    const hint = error.hint === undefined ? '' : `\n  next: ${error.hint}.`;
    const what = error.code === 'timeout' ? 'stopped' : 'not run';
    return `The tool was ${what}: ${error.message}.${hint}`;
  }
  return undefined;
}
