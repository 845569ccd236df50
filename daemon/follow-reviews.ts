/** Tells whoever watches how much waits to be looked at afterwards; which action it is, the lines of the log say. */
import type { LiveMessage } from '../protocol/control-api.ts';
import type { Core } from './core.ts';

/** To be called on a tick. */
export function followReviews(
  { store, status }: Pick<Core, 'store' | 'status'>,
  tell: (message: LiveMessage) => void,
): () => void {
  let told = store.toReview();
  return () => {
    const now = store.toReview();
    if (now === told) return;
    told = now;
    tell({ type: 'status', status: status(false) });
  };
}
