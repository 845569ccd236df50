/** Answers that nobody has heard yet: whoever asks the same again is told them once, instead of being asked about anew. */
import type { EvaluateResponse } from '../../protocol/agent-api.ts';

export type Claims = {
  /** The request that waits for whoever asks this. */
  of(about: string): string | undefined;
  note(about: string, answer: EvaluateResponse): void;
  /** False when somebody who waited for the same request was told its yes meanwhile. */
  hear(about: string, answer: EvaluateResponse): boolean;
  /** Its answer was told in another way. */
  heard(requestId: string): void;
};

type Claim = { readonly requestId: string; readonly until: number };

const MAX_CLAIMS = 1_000;
/** After the question expired: a yes is about the world as it was. */
const GRACE_MS = 60_000;

/** Standard clients repeat an evaluation without naming it. INVARIANT: a yes that was told is not told again. */
export function createClaims(wallMs: () => number): Claims {
  const claims = new Map<string, Claim>();
  return {
    of(about) {
      const claim = claims.get(about);
      return claim !== undefined && claim.until > wallMs() ? claim.requestId : undefined;
    },
    note(about, { requestId, verdict, expiresAt }) {
      if (verdict !== 'pending') return;
      claims.delete(about);
      claims.set(about, { requestId, until: (expiresAt ?? wallMs()) + GRACE_MS });
      for (const oldest of claims.keys()) if (claims.size > MAX_CLAIMS) claims.delete(oldest);
    },
    hear(about, { requestId, verdict }) {
      if (verdict === 'pending' || verdict === 'deny') return true;
      return claims.get(about)?.requestId === requestId && claims.delete(about);
    },
    heard(requestId) {
      for (const [about, claim] of claims) if (claim.requestId === requestId) claims.delete(about);
    },
  };
}
