/** The SDK has types of its own, so that it needs no package; they say what the protocol says. */
import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';

import type { EvaluateAction, EvaluateResponse } from '../../../protocol/agent-api.ts';
import type { Finding, Obligation } from '../../../protocol/assessment.ts';
import type { Outcome } from '../../../protocol/decision.ts';
import type { SessionFrame } from '../../../protocol/session-api.ts';
import type * as sdk from '../../../sdk/typescript/src/index.ts';

type Sent = z.input<typeof EvaluateAction>;
/** What the daemon, its native clients and its gateway know better than a program. */
type NotForPrograms = 'session' | 'rawDigest' | 'doubts';

test('the types of the SDK are those of the protocol', () => {
  expectTypeOf<sdk.Answer['verdict']>().toEqualTypeOf<EvaluateResponse['verdict']>();
  expectTypeOf<sdk.Answer['band']>().toEqualTypeOf<EvaluateResponse['band']>();
  expectTypeOf<keyof sdk.Answer>().toEqualTypeOf<keyof EvaluateResponse>();
  expectTypeOf<sdk.ObligationKind>().toEqualTypeOf<Obligation['kind']>();
  expectTypeOf<{ -readonly [K in keyof sdk.Finding]: sdk.Finding[K] }>().toEqualTypeOf<Finding>();
  expectTypeOf<sdk.Outcome['status']>().toEqualTypeOf<Outcome['status']>();
  expectTypeOf<keyof sdk.Outcome>().toEqualTypeOf<keyof Outcome>();
  expectTypeOf<sdk.Frame['type']>().toEqualTypeOf<SessionFrame['type']>();
  expectTypeOf<keyof sdk.UsageFrame>().toEqualTypeOf<keyof Extract<SessionFrame, { type: 'usage' }>>();
  expectTypeOf<keyof sdk.TextFrame>().toEqualTypeOf<keyof Extract<SessionFrame, { type: 'output' }>>();
  expectTypeOf<sdk.Action['kind']>().toEqualTypeOf<Sent['kind']>();
  expectTypeOf<keyof sdk.ExecAction>().toEqualTypeOf<Exclude<keyof Extract<Sent, { kind: 'exec' }>, NotForPrograms>>();
  expectTypeOf<keyof sdk.ToolAction>().toEqualTypeOf<Exclude<keyof Extract<Sent, { kind: 'tool' }>, NotForPrograms>>();
  expectTypeOf<keyof sdk.McpAction>().toEqualTypeOf<Exclude<keyof Extract<Sent, { kind: 'mcp' }>, NotForPrograms>>();
  expectTypeOf<keyof sdk.SqlAction>().toEqualTypeOf<Exclude<keyof Extract<Sent, { kind: 'sql' }>, NotForPrograms>>();
  expectTypeOf<keyof sdk.HttpAction>().toEqualTypeOf<Exclude<keyof Extract<Sent, { kind: 'http' }>, NotForPrograms>>();
});
