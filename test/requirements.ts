/** Every promised behaviour by id; tests cite them with `verifies`. Uncited and unknown ids fail. */
import { engine } from './requirements/engine.ts';
import { policy } from './requirements/policy.ts';
import { facts } from './requirements/facts.ts';
import { trace } from './requirements/trace.ts';
import { redact } from './requirements/redact.ts';
import { native } from './requirements/native.ts';
import { gate } from './requirements/gate.ts';
import { approvals } from './requirements/approvals.ts';
import { identity } from './requirements/identity.ts';
import { agentApi } from './requirements/agent-api.ts';
import { api } from './requirements/api.ts';
import { login } from './requirements/login.ts';
import { cli } from './requirements/cli.ts';
import { config } from './requirements/config.ts';
import { operations } from './requirements/operations.ts';
import { spool } from './requirements/spool.ts';
import { repo } from './requirements/repo.ts';
import { fuzz } from './requirements/fuzz.ts';
import { failure } from './requirements/failure.ts';
import { limits } from './requirements/limits.ts';
import { bench } from './requirements/bench.ts';
import { people } from './requirements/people.ts';
import { undo } from './requirements/undo.ts';
import { reference } from './requirements/reference.ts';
import { rego } from './requirements/rego.ts';
import { replay } from './requirements/replay.ts';
import { review } from './requirements/review.ts';
import { edits } from './requirements/edits.ts';
import { clients } from './requirements/clients.ts';
import { sdk } from './requirements/sdk.ts';
import { mcp } from './requirements/mcp.ts';
import { connect } from './requirements/connect.ts';
import { hooks } from './requirements/hooks.ts';

export const REQUIREMENTS = {
  ...engine,
  ...policy,
  ...facts,
  ...trace,
  ...redact,
  ...native,
  ...gate,
  ...approvals,
  ...identity,
  ...agentApi,
  ...api,
  ...cli,
  ...login,
  ...config,
  ...operations,
  ...repo,
  ...spool,
  ...fuzz,
  ...failure,
  ...limits,
  ...bench,
  ...people,
  ...undo,
  ...reference,
  ...rego,
  ...replay,
  ...review,
  ...edits,
  ...clients,
  ...sdk,
  ...mcp,
  ...connect,
  ...hooks,
} as const;

export type RequirementId = keyof typeof REQUIREMENTS;
