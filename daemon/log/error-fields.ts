/** An error as it is logged: what it is and where it came from, without whatever else hangs on it. */

export type ErrorFields = {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
};

/** A message that holds a whole request would fill the log. */
const MAX_MESSAGE = 2_000;
const MAX_STACK = 8_000;
/** Causes of causes; a circle ends here too. */
const MAX_CAUSES = 5;

/** INVARIANT: no other property of an error is read: an error of a system call or a parser carries paths and input. */
export function errorFields(error: unknown, redact: (text: string) => string, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: redact(cut(textOf(error), MAX_MESSAGE)) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: redact(cut(name, 100)),
    message: redact(cut(message, MAX_MESSAGE)),
    ...(code === undefined ? {} : { code: redact(cut(code, 100)) }),
    ...(stack === undefined ? {} : { stack: redact(cut(stack, MAX_STACK)) }),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: errorFields(cause, redact, depth + 1) }),
  };
}

/** Not what an object says of itself: that could be anything, also an exception. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : Object.prototype.toString.call(value);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
