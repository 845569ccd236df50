// What a person is told. Everything goes to standard error: standard output belongs to the command that runs next.

/** A failure whose message says what to do about it. */
export class SetupError extends Error {}

export function say(text) {
  process.stderr.write(`countersign setup: ${text}\n`);
}

export function fail(message) {
  say(message);
  process.exitCode = 1;
}
