/** Edits of policies and settings that wait for a person. */
import type { Status } from '../../protocol/control-api.ts';
import type { RouteName } from '../../protocol/routes.ts';
import type { Acceptance, Person } from '../accepted/acceptance.ts';
import { putBack } from '../accepted/put-back.ts';
import type { SourcePlaces } from '../accepted/sources.ts';
import type { Approvers } from '../identity/approvers.ts';
import type { ControlSessions } from '../identity/control-sessions.ts';
import type { ControlPeer } from './control-access.ts';
import type { Handlers } from './http.ts';

export type PolicyRouteName = Extract<RouteName, 'policyWaiting' | 'policyAccept'>;

export type PolicyRoutesOptions = {
  readonly paths: SourcePlaces & { readonly home: string };
  readonly acceptance: Acceptance;
  readonly approvers: Approvers;
  readonly controls: ControlSessions;
  readonly status: (unlocked: boolean) => Status;
  readonly wallMs: () => number;
};

export function policyRoutes(options: PolicyRoutesOptions): Handlers<ControlPeer, PolicyRouteName> {
  const { paths, acceptance, approvers, controls, status, wallMs } = options;
  const personAt = ({ terminal }: ControlPeer): Person => {
    const approver = controls.use(terminal)?.approver ?? '';
    return { approver, human: approvers.find(approver)?.human ?? '' };
  };
  return {
    policyWaiting: () => acceptance.show(),
    async policyAccept({ body: { digest, discard } }, peer) {
      if (discard) {
        const { accepted, proposed } = acceptance.edit(digest);
        putBack(paths, accepted, proposed, `${paths.home}/set-aside/policies-${wallMs().toString(36)}`);
      } else await acceptance.accept(digest, personAt(peer));
      acceptance.recheck();
      return status(true);
    },
  };
}
