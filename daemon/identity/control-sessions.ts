/** Which terminals may decide: opened by a signature, bound to the kernel session, ended by idleness. */
import { createPublicKey, randomBytes, verify } from 'node:crypto';

import { controlMessage, type Approver } from '../../protocol/approval.ts';
import type { UnlockRequest } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { deadlineAfter, isPast, type Clock, type Deadline } from './clock.ts';

export type ControlSession = {
  readonly terminal: string;
  readonly approver: string;
  readonly wrapKey: string;
  idle: Deadline;
};

export type ControlSessions = {
  challenge(terminal: string): string;
  /** Spends a nonce that was issued to this terminal. */
  spend(terminal: string, nonce: string): void;
  open(terminal: string, request: UnlockRequest, approver: Approver | undefined): ControlSession;
  /** The session of a terminal, kept alive by being used; `undefined` when locked. */
  use(terminal: string): ControlSession | undefined;
  peek(terminal: string): boolean;
  close(terminal: string): void;
};

const IDLE_MS = 15 * 60_000;
const CHALLENGE_MS = 60_000;
/** More open challenges than any person causes; the oldest is dropped. */
const MAX_CHALLENGES = 64;

export function createControlSessions(clock: Clock, daemonId: string): ControlSessions {
  const sessions = new Map<string, ControlSession>();
  const nonces = new Map<string, { readonly terminal: string; readonly until: Deadline }>();

  const alive = (terminal: string): ControlSession | undefined => {
    const session = sessions.get(terminal);
    if (session !== undefined && isPast(clock, session.idle)) {
      sessions.delete(terminal);
      return undefined;
    }
    return session;
  };
  const spend = (terminal: string, nonce: string): void => {
    const issued = nonces.get(nonce);
    nonces.delete(nonce);
    if (issued?.terminal !== terminal || isPast(clock, issued.until)) throw new CountersignError('nonce_spent');
  };

  return {
    challenge(terminal) {
      const nonce = randomBytes(24).toString('base64url');
      nonces.set(nonce, { terminal, until: deadlineAfter(clock, CHALLENGE_MS) });
      for (const oldest of nonces.keys()) if (nonces.size > MAX_CHALLENGES) nonces.delete(oldest);
      return nonce;
    },
    spend,
    open(terminal, request, approver) {
      spend(terminal, request.nonce);
      if (approver === undefined) throw new CountersignError('not_enrolled');
      const message = controlMessage('unlock', { nonce: request.nonce, daemonId, terminal });
      if (!signatureHolds(approver, message, request.signature)) throw new CountersignError('bad_signature');
      const session = {
        terminal,
        approver: approver.id,
        wrapKey: request.wrapKey,
        idle: deadlineAfter(clock, IDLE_MS),
      };
      sessions.set(terminal, session);
      return session;
    },
    use(terminal) {
      const session = alive(terminal);
      if (session !== undefined) session.idle = deadlineAfter(clock, IDLE_MS);
      return session;
    },
    peek: (terminal) => alive(terminal) !== undefined,
    close(terminal) {
      sessions.delete(terminal);
    },
  };
}

/** Ed25519 over the exact text, by an enrolled key. */
export function signatureHolds(approver: Pick<Approver, 'publicKey'>, message: string, signature: string): boolean {
  const key = createPublicKey({ key: Buffer.from(approver.publicKey, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519') return false;
  return verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64'));
}
