/** What the live view shows, as rows of text; pure. */
import type { Approval } from '../../protocol/approval.ts';
import { cardLines, cardOfApproval } from '../show/approval.ts';
import { logText } from '../show/log-line.ts';
import { statusHeadline } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { selected, type Model } from './model.ts';
import { cut, wrap } from '../terminal/wrap.ts';

export type Size = { readonly columns: number; readonly rows: number };

export type Picture = {
  readonly rows: readonly string[];
  /** INVARIANT: false while part of the selected action is out of sight; then it cannot be approved. */
  readonly wholeShown: boolean;
};

export function draw(model: Model, size: Size, style: Style, now: number): Picture {
  const head = [headline(model, style), ''].flatMap((line) => wrap(line, size.columns));
  const foot = ['', ...footer(model, style)].flatMap((line) => wrap(line, size.columns));
  const room = Math.max(0, size.rows - head.length - foot.length);
  const body = bodyRows(model, size.columns, style, now);
  const cardRows = cardRowCount(model, size.columns, style, now);
  const shown = body.slice(0, room);
  const log = logRows(model, room - shown.length, size.columns, style);
  return { rows: [...head, ...shown, ...log, ...foot].slice(0, size.rows), wholeShown: cardRows <= room };
}

function headline({ status, message }: Model, style: Style): string {
  if (status === undefined) return `${style.red('○')} ${message?.text ?? 'the daemon does not answer'}`;
  return statusHeadline(status, style);
}

/** The selected action in full, then one sentence for each other. */
function bodyRows(model: Model, columns: number, style: Style, now: number): string[] {
  const current = selected(model);
  if (current === undefined) return wrap(style.dim('Nothing waits for you. What agents do appears below.'), columns);
  const others = model.approvals.filter(({ id }) => id !== current.id);
  return [
    ...cardRowsOf(current, columns, style, now),
    '',
    ...others.flatMap((other) => wrap(otherText(other, style), columns)),
  ];
}

function cardRowsOf(approval: Approval, columns: number, style: Style, now: number): string[] {
  return cardLines(cardOfApproval(approval), style, now).flatMap((line) => wrap(line, columns));
}

function cardRowCount(model: Model, columns: number, style: Style, now: number): number {
  const current = selected(model);
  return current === undefined ? 0 : cardRowsOf(current, columns, style, now).length;
}

function otherText({ assessment, agent }: Approval, style: Style): string {
  return `${style.score(assessment.score)}  ${printable(assessment.summary)} ${style.dim(printable(agent))}`;
}

/** The newest at the bottom; one row each, so that nothing moves but by what is new. */
function logRows({ log }: Model, room: number, columns: number, style: Style): string[] {
  const shown = room < 2 ? [] : log.slice(1 - room);
  return shown.length === 0 ? [] : ['', ...shown.map((line) => cut(logText(line, style, columns), columns))];
}

function footer(model: Model, style: Style): string[] {
  switch (model.asking.kind) {
    case 'busy':
      return ['…'];
    case 'confirm':
      return [model.asking.decision === 'approve' ? `${style.bold('Approve this?')} y approves once · any other key does not` : `${style.bold('Deny this?')} y denies the same effect for the whole session · any other key does not`];
    case 'passphrase':
      return [`Passphrase, then Enter ${style.dim('(nothing is shown; Esc leaves it)')}`];
    case 'nothing':
      return [...said(model), style.dim(selected(model) === undefined ? 'q leaves; enforcement keeps running' : KEYS)];
  }
} // prettier-ignore

/** Without a status the headline says it. */
function said({ status, message }: Model): string[] {
  return status === undefined || message === undefined ? [] : [message.text];
}

const KEYS = 'a approve · d deny · j k select · q leaves; enforcement keeps running';
