/** A trace store on a scratch home. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';

import { openTraceStore, type TraceStore } from '../daemon/trace/store.ts';
import { verifyTrace } from '../daemon/trace/verify.ts';
import { resolvePaths } from '../protocol/paths.ts';
import type { NewTraceEvent, VerifyReport } from '../protocol/trace.ts';

export type ScratchStore = { readonly store: TraceStore; verify(): VerifyReport };

export async function openScratchStore(home: string): Promise<ScratchStore> {
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
  for (const folder of [paths.home, paths.witness]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const store = await openTraceStore({
    paths,
    daemonId: 'bench',
    signingKey: privateKey,
    onFault(problem) {
      throw new Error(`the trace store failed: ${problem}`);
    },
    onLine: () => undefined,
  });
  const { traceDb, witness } = paths;
  return { store, verify: () => verifyTrace({ traceDb, witness, publicKey: createPublicKey(privateKey) }) };
}

/** What a harmless command leaves behind, twice: judged and decided. */
export function scratchFrame(traceId = 'trace-bench', session = 'session-bench'): NewTraceEvent {
  return {
    at: Date.now(),
    kind: 'action.decided',
    traceId,
    session,
    agent: 'bench',
    actorType: 'agent',
    user: 'bench',
    data: { score: 0, verdict: 'allow' },
    payload: { decision: { verdict: 'allow', reason: 'harmless', findings: [], obligations: [] } },
    line: { kind: 'exec', summary: 'list files', score: 0, verdict: 'allow', outcome: 'released' },
  };
}
