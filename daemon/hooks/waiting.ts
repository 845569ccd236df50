/** Waits for an answer, for the end of the time to wait, or for whoever waits to go away. */

export async function whoeverIsFirst<T>(answer: Promise<T>, patienceMs: number, signal: AbortSignal): Promise<T | 'late' | 'gone'> {
  const { promise: other, resolve } = Promise.withResolvers<'late' | 'gone'>();
  const timer = setTimeout(resolve, patienceMs, 'late');
  const onGone = (): void => resolve('gone');
  if (signal.aborted) onGone();
  else signal.addEventListener('abort', onGone, { once: true });
  try {
    return await Promise.race([answer, other]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onGone);
  }
} // prettier-ignore
