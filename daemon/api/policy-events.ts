/** Frames of edits of policies and settings that wait, and of what became of them. */
import { basename } from 'node:path';

import type { NewTraceEvent } from '../../protocol/trace.ts';
import { STANDING_TRACE, type Standing } from '../accepted/standing.ts';
import { frame, type Origin } from '../gate/recorder.ts';
import type { EventWithLine } from './control-events.ts';

export function policyEvents(event: EventWithLine, origin: () => Origin) {
  return {
    policyWaits(digest: string, files: readonly string[]): NewTraceEvent {
      const names = files.map((file) => basename(file)).join(', ');
      return event('policy.waiting', 'system', `an edit of ${names} waits for a human`, { digest }, { files });
    },
    policyPutBack: (): NewTraceEvent =>
      event('policy.accepted', 'system', 'the edit that waited is gone; what was accepted holds', {}),
    policyAccepted: (digest: string, approver: string, human: string): NewTraceEvent =>
      event('policy.accepted', 'human', `${human} accepted the edit of policies and settings`, { digest, approver }, { human }), // prettier-ignore
    /** Has no line of its own: it is there to be read again by the daemon. */
    policyStanding: (standing: Standing): NewTraceEvent =>
      frame(
        { ...origin(), traceId: STANDING_TRACE },
        { kind: 'policy.standing', actorType: 'system', data: { ...standing } },
      ),
  };
}
