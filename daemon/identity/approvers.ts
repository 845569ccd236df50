/** The enrolled public keys of the humans who may approve. */
import { createHash } from 'node:crypto';

import { Approver, controlMessage } from '../../protocol/approval.ts';
import type { EnrolRequest } from '../../protocol/control-api.ts';
import { ApproverList } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { signatureHolds } from './control-sessions.ts';
import { readJson, writeJson } from './private-file.ts';

export type Approvers = {
  list(): readonly Approver[];
  find(id: string): Approver | undefined;
  enrol(request: EnrolRequest, at: number): Approver;
};

export function openApprovers(file: string): Approvers {
  let enrolled = ApproverList.parse(readJson(file) ?? []);
  return {
    list: () => enrolled,
    find: (id) => enrolled.find((approver) => approver.id === id),
    enrol(request, at) {
      const approver = checkedApprover(request, at, enrolled);
      enrolled = [...enrolled, approver];
      writeJson(file, enrolled);
      return approver;
    },
  };
}

function checkedApprover(request: EnrolRequest, at: number, enrolled: readonly Approver[]): Approver {
  const { human, factor, publicKey, nonce } = request;
  const fields = { publicKey, human, factor, nonce };
  if (!signatureHolds({ publicKey }, controlMessage('enrol', fields), request.signature)) {
    throw new CountersignError('bad_signature');
  }
  if (enrolled.some((approver) => approver.publicKey === publicKey)) {
    throw new CountersignError('conflict', 'this key is enrolled already');
  }
  if (enrolled.length > 0) requireConsent(request, controlMessage('consent', fields), enrolled);
  return { id: approverId(publicKey), human, factor, publicKey, enrolledAt: at };
}

/** A further key needs the word of somebody who is enrolled, so that an agent cannot enrol itself as a second human. */
function requireConsent(request: EnrolRequest, message: string, enrolled: readonly Approver[]): void {
  const consenting = enrolled.find((approver) => approver.id === request.consent?.approver);
  if (consenting === undefined || request.consent === undefined) {
    throw new CountersignError('bad_signature', 'an enrolled approver has to consent');
  }
  if (!signatureHolds(consenting, message, request.consent.signature)) throw new CountersignError('bad_signature');
}

export function approverId(publicKey: string): string {
  return `apr-${createHash('sha256').update(publicKey).digest('hex').slice(0, 12)}`;
}
