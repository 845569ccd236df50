/** What a frame says in one sentence: what happened, how it went, and who did it. */
import { TRACE_EVENTS, type StoredFrame, type TraceData } from '../../protocol/trace.ts';

const CLOSED: Readonly<Record<string, string>> = {
  approved: 'the approval was granted',
  denied: 'the approval was refused',
  expired: 'the approval expired: nobody answered in time',
  cancelled: 'the approval was cancelled: nobody waited for it any more',
  abandoned: 'the approval was abandoned: the daemon stopped',
};

const ENDINGS: Readonly<Record<string, string>> = {
  succeeded: 'it ran and succeeded',
  failed: 'it ran and failed',
  unknown: 'it was let go; nobody told how it ended',
};

/** Falls back to what any frame of the kind means. Not yet safe to show. */
export function frameWords({ event, payload }: StoredFrame): string {
  const { kind, data } = event;
  switch (kind) {
    case 'approval.voted':
      return voteWords(data, human(payload, data));
    case 'approval.closed':
      return CLOSED[text(data['state'])] ?? TRACE_EVENTS[kind];
    case 'action.decided':
      if (data['trust'] === 'spooled') return spooledWords(data);
      return `the gate answered: ${text(data['verdict'])}${known(', by ', data['by'])}${known(' (', data['code'], ')')}`;
    case 'action.outcome':
      return `${ENDINGS[text(data['status'])] ?? `outcome: ${text(data['status'])}`}${known(', exit code ', data['exitCode'])}`;
    case 'action.reviewed':
      return `${human(payload, data)} looked at it afterwards and found it ${text(data['verdict'])}`;
    case 'undo.saved':
      return `what it would destroy was saved first (files: ${text(data['files'])}${data['lost'] === 0 ? '' : `; not saved: ${text(data['lost'])}`})`;
    case 'undo.restored':
      return `what had been saved was put back${data['elsewhere'] === true ? ' elsewhere' : ''} (files: ${text(data['files'])})`;
    case 'session.ended':
      return `${TRACE_EVENTS[kind]}${known(' with exit code ', data['exitCode'])}${known(' by ', data['signal'])}`;
    default:
      return TRACE_EVENTS[kind];
  }
}

/** A name can be erased, an id cannot. */
function human(payload: StoredFrame['payload'], { approver }: TraceData): string {
  const name = payload?.['human'];
  return typeof name === 'string' ? name : text(approver);
}

function voteWords({ decision, scope, factor }: TraceData, who: string): string {
  const did = decision === 'approve' ? `approved (${text(scope)})` : 'denied';
  return `${who} ${did} with a ${text(factor)} key`;
}

/** Nobody was asked, so nothing was answered. */
function spooledWords({ covered }: TraceData): string {
  const forged = covered === false ? '; no observe period covers this: it may be forged' : '';
  return `it is claimed to have run unjudged in observe mode${forged}`;
}

function text(value: TraceData[string] | undefined): string {
  return value === undefined || value === null ? 'unknown' : String(value);
}

function known(before: string, value: TraceData[string] | undefined, after = ''): string {
  return value === undefined || value === null ? '' : `${before}${value}${after}`;
}
