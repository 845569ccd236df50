/** The one table of errors: code, meaning, HTTP status, what to do next. */
import { z } from 'zod';

type Entry = { readonly meaning: string; readonly status: number; readonly hint: string };

export const ERRORS = {
  denied_by_human: {
    meaning: 'a human denied this action',
    status: 403,
    hint: 'do not retry in another way; ask the human what they want instead',
  },
  denied_by_rule: {
    meaning: 'policy denies this action',
    status: 403,
    hint: 'choose another way, or ask the human to change the policy',
  },
  denied_before: {
    meaning: 'the same effect was denied earlier in this session',
    status: 403,
    hint: 'do not try again in another spelling; ask the human',
  },
  approval_expired: { meaning: 'nobody answered in time', status: 403, hint: 'ask again when a human is there' },
  approval_cancelled: {
    meaning: 'the request was cancelled before it was answered',
    status: 403,
    hint: 'run the command again to ask again',
  },
  approval_abandoned: {
    meaning: 'the daemon stopped while a human was deciding',
    status: 503,
    hint: 'run the command again',
  },
  approvers_missing: {
    meaning: 'not enough approvers or factors are enrolled for this score',
    status: 403,
    hint: 'enrol with `countersign setup` or `countersign approvers add`, or run it yourself outside the guarded session',
  },
  queue_full: {
    meaning: 'too many actions are waiting for a human',
    status: 429,
    hint: 'answer or deny the pending ones with `countersign pending`',
  },
  too_busy: {
    meaning: 'more requests at a time than the daemon takes, or larger ones',
    status: 429,
    hint: 'wait for the answers to the earlier ones, then try again; the person sees who sends so many',
  },
  facts_changed: {
    meaning: 'what the approval was based on changed before it ran',
    status: 409,
    hint: 'run the command again to be asked about the new state',
  },
  facts_unavailable: { meaning: 'the state of the world could not be looked at', status: 503, hint: 'try again' },
  daemon_unreachable: {
    meaning: 'the Countersign daemon is not running and could not be started',
    status: 503,
    hint: 'start it with `countersign up`',
  },
  daemon_lost: {
    meaning: 'the connection to the daemon broke before it answered',
    status: 503,
    hint: 'start it with `countersign up` and run the command again',
  },
  trace_unwritable: {
    meaning: 'the trace store cannot be written',
    status: 503,
    hint: 'mend what is named here; `countersign status` says when the trace can be written again',
  },
  trace_newer: {
    meaning: 'the trace was written by a newer version of Countersign',
    status: 409,
    hint: 'update Countersign, or put the older trace back from `set-aside`; nothing was changed',
  },
  trace_diverged: {
    meaning: 'the present trace has frames that the backup does not have',
    status: 409,
    hint: 'add `--keep-present`: the present trace is set aside, never deleted, and the gap is shown for ever',
  },
  backup_invalid: {
    meaning: 'this is no whole backup of this trace',
    status: 422,
    hint: 'look at it with `countersign trace verify --file PATH`; the present trace was not touched',
  },
  undo_impossible: {
    meaning: 'what was saved cannot be put back',
    status: 409,
    hint: 'see `countersign undo` for what there is; `--into FOLDER` puts it elsewhere',
  },
  agent_revoked: {
    meaning: 'this agent session was revoked',
    status: 403,
    hint: 'start a new session with `countersign run`',
  },
  governed_peer: {
    meaning: 'a governed agent may ask but not decide',
    status: 403,
    hint: 'a human has to do this in their own terminal',
  },
  locked: { meaning: 'this terminal has no control session', status: 401, hint: 'run `countersign unlock`' },
  bad_token: {
    meaning: 'a bearer token is missing or is not the one of this daemon',
    status: 401,
    hint: 'send `Authorization: Bearer TOKEN` with the content of `agent-token`, or use the socket',
  },
  foreign_origin: {
    meaning: 'this request was made for another host or by a web page',
    status: 403,
    hint: 'call 127.0.0.1 by that name from a program, without an Origin header',
  },
  foreign_user: {
    meaning: 'the peer runs as another user',
    status: 403,
    hint: 'run it as the user the daemon runs as',
  },
  bad_signature: {
    meaning: 'a signature does not verify',
    status: 403,
    hint: 'unlock again with the right passphrase',
  },
  bad_passphrase: { meaning: 'the passphrase does not open the key', status: 403, hint: 'try again' },
  not_enrolled: { meaning: 'no approver is enrolled', status: 409, hint: 'run `countersign setup`' },
  nonce_spent: {
    meaning: 'this vote was already used or was issued for another request',
    status: 409,
    hint: 'fetch the approval again and vote again',
  },
  already_voted: { meaning: 'this human has already voted', status: 409, hint: 'another human has to vote' },
  not_found: {
    meaning: 'there is nothing with this id',
    status: 404,
    hint: 'list what there is with `countersign pending` or `countersign log`',
  },
  already_decided: { meaning: 'this request has already been decided', status: 409, hint: 'see `countersign log`' },
  conflict: {
    meaning: 'this id was used before with different content',
    status: 409,
    hint: 'use a fresh id for each action',
  },
  bad_request: { meaning: 'the request is not of the documented shape', status: 400, hint: 'see docs/reference' },
  too_large: { meaning: 'the request is larger than the limit', status: 413, hint: 'send less' },
  unsupported_version: {
    meaning: 'the protocol version is not understood',
    status: 400,
    hint: 'update the client or the daemon so that both match',
  },
  unsupported_obligation: {
    meaning: 'the entry point cannot honour an obligation',
    status: 403,
    hint: 'update the client',
  },
  policy_invalid: { meaning: 'a policy file does not load', status: 422, hint: 'see `countersign policy check`' },
  already_running: {
    meaning: 'another daemon holds this home',
    status: 409,
    hint: 'use it, or stop it with `countersign down`',
  },
  home_unusable: {
    meaning: 'the folders of the daemon cannot be used',
    status: 500,
    hint: 'they have to be yours, real folders, and writable, on a disk with space; then start it with `countersign up`',
  },
  internal: { meaning: 'the daemon failed', status: 500, hint: 'see the daemon log; the action was not allowed' },
} as const satisfies Record<string, Entry>;

export const ErrorCode = z
  .enum(Object.keys(ERRORS) as [keyof typeof ERRORS, ...(keyof typeof ERRORS)[]])
  .meta({ id: 'ErrorCode' });
export type ErrorCode = z.infer<typeof ErrorCode>;

/** An RFC 9457 problem document; `type` is `urn:countersign:error:CODE`. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: ErrorCode,
    hint: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** A failure with a code from the table. Callers match `code`, never text. */
export class CountersignError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? ERRORS[code].meaning, options);
    this.name = 'CountersignError';
    this.code = code;
  }

  toProblem(): Problem {
    const { meaning, status, hint } = ERRORS[this.code];
    return {
      type: `urn:countersign:error:${this.code}`,
      title: meaning,
      status,
      detail: this.message,
      code: this.code,
      hint,
    };
  }
}
