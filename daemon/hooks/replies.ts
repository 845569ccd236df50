/** What an agent is told by its hook: the gate's answer in the words and the form that its client has. */
import type { Decision } from '../../protocol/decision.ts';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import type { Approval } from '../../protocol/approval.ts';
import { printableShort } from '../../protocol/printable.ts';
import type { HookAnswer } from './dialect.ts';
import type { HookCall } from './tool-call.ts';

export function answerOf({ verdict, reason, rewrite, obligations }: Decision, call: HookCall, rewrites: boolean): HookAnswer {
  if (verdict === 'deny') return deny(reason);
  // Nothing here can hold a tool of somebody else to a condition.
  if (obligations.length > 0) return deny('denied, because a policy ties this to a condition that no hook can keep; ask the human what they want instead.'); // prettier-ignore
  if (verdict === 'allow') return { kind: 'allow' };
  const command = commandOf(rewrite ?? []);
  const key = call.means.kind === 'exec' ? call.means.commandKey : undefined;
  if (key === undefined || !rewrites || command === undefined) return deny(saferForm(rewrite ?? []));
  return { kind: 'rewrite', input: { ...call.input, [key]: command }, reason: said(reason) };
} // prettier-ignore

export function deny(reason: string): HookAnswer {
  return { kind: 'deny', reason: said(reason) };
}

export function denyCode(code: ErrorCode, detail?: string): HookAnswer {
  const { meaning, hint } = ERRORS[code];
  return deny(`denied, ${detail === undefined ? meaning : `${meaning}: ${printableShort(detail)}`}. next: ${hint}.`);
}

/** The agent is to come back, and the person can still answer meanwhile. */
export function stillWaiting(approval: Approval | undefined): HookAnswer {
  return deny(stillWaitingWords(approval));
}

export function stillWaitingWords(approval: Approval | undefined): string {
  if (approval === undefined) return 'denied, because it could not be judged in the time that was given. next: try it again.'; // prettier-ignore
  const what = printableShort(approval.assessment.summary);
  return `not yet: this is still waiting for a person (${what}, risk ${approval.assessment.score}), who answers with \`countersign approve ${approval.id}\` or on their desktop. next: tell the human that you wait, then ask again with exactly the same call; a yes that came meanwhile counts.`;
}

function said(reason: string): string {
  return `Countersign: ${reason}`;
}

function saferForm(rewrite: readonly string[]): string {
  return `denied, because there is a safer form of it. next: run \`${printableShort(commandOf(rewrite) ?? rewrite.join(' '))}\` instead; if the original is needed, ask the human to run it.`;
}

/** `undefined` when it cannot be run as it is: what was taken out of it is not put back. */
function commandOf(rewrite: readonly string[]): string | undefined {
  if (rewrite.length === 0 || rewrite.some((word) => word.includes('⟦secret:'))) return undefined;
  const [shell, option, source] = rewrite;
  return shell === 'bash' && option === '-c' && rewrite.length === 3 ? source : rewrite.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
