/** What a person reads before answering: sentence, score, the exact command, where, why, until when. */
import type { Action } from '../../protocol/action.ts';
import type { Approval } from '../../protocol/approval.ts';
import type { PendingItem } from '../../protocol/control-api.ts';
import { formatDuration } from '../terminal/durations.ts';
import { printable, printableCommandLines, printableLines, printableShort } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { restorableNotes } from './undo.ts';

/** Our own mark at the start of every line of somebody else's text, so that no line of it can pose as ours. */
const GUTTER = '  │ ';

export type Card = {
  readonly id: string;
  readonly summary: string;
  readonly score: number;
  readonly commandLines: readonly string[];
  readonly cwd: string;
  readonly agent: string;
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  readonly expiresAt: number;
  readonly votes: number;
  readonly quorum: number;
  readonly waiting: number;
};

export function cardOfPending(item: PendingItem): Card {
  const { action, restorable } = item;
  return {
    ...item,
    commandLines: actionLines(action),
    notes: restorable === undefined ? [] : restorableNotes(restorable),
  };
}

export function cardOfApproval(approval: Approval): Card {
  const { assessment, action } = approval;
  return {
    id: approval.id,
    summary: assessment.summary,
    score: assessment.score,
    commandLines: actionLines(action),
    cwd: action.cwd,
    agent: approval.agent,
    reasons: assessment.findings
      .filter(({ role }) => role !== 'also')
      .map(({ points, reason, role }) => `${points >= 0 && role !== 'base' ? '+' : ''}${points} ${reason}`),
    notes: [
      ...rewriteNote(approval),
      ...(approval.restorable === undefined ? [] : restorableNotes(approval.restorable)),
      ...approval.unbound.map((what) => `not bound: ${what}`),
      ...contextNotes(action),
    ],
    expiresAt: approval.expiresAt,
    votes: approval.votes.filter(({ decision }) => decision === 'approve').length,
    quorum: approval.quorum,
    waiting: approval.waiting,
  };
}

export function cardLines(card: Card, style: Style, now: number): string[] {
  const votes = card.quorum > 1 ? ` · ${card.votes} of ${card.quorum} votes` : '';
  const others = card.waiting > 1 ? ` · asked ${card.waiting} times` : '';
  return [
    `${style.bold(printableShort(card.summary))}  ${style.score(card.score)}`,
    ...card.commandLines.map((line) => `${style.dim(GUTTER)}${line}`),
    style.dim(`  in ${printableShort(card.cwd)} · ${printableShort(card.agent)}`),
    ...card.reasons.map((reason) => `  ${printableShort(reason)}`),
    ...card.notes.map((note) => style.dim(`  ${printable(note)}`)),
    `  ${style.bold(card.id)}${style.dim(` · expires in ${formatDuration(card.expiresAt - now)}${votes}${others}`)}`,
  ];
}

/** An action as a person would write it: the command line, the statement, the request, or the call. */
export function actionLines(action: Action): string[] {
  switch (action.kind) {
    case 'exec':
      return printableCommandLines(action.argv);
    case 'sql':
      return printableLines(action.source);
    case 'http':
      return [printable(`${action.method} ${action.url}`)];
    case 'tool':
      return printableLines(`${action.tool} ${JSON.stringify(action.args, null, 2)}`);
    case 'mcp':
      return printableLines(`${action.server}/${action.tool} ${JSON.stringify(action.args, null, 2)}`);
  }
}

function rewriteNote({ assessment }: Approval): string[] {
  return assessment.rewrite === undefined ? [] : [`would run instead: ${assessment.rewrite.join(' ')}`];
}

function contextNotes({ context }: Action): string[] {
  return context?.reasoning === undefined ? [] : [`the agent says: ${printableShort(context.reasoning)}`];
}
