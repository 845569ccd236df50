/** How an action would be judged: asked of the daemon where there is one, and worked out here where there is none. */
import { statSync } from 'node:fs';

import type { Action } from '../../protocol/action.ts';
import type { ExplainResponse } from '../../protocol/agent-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { FactNeed, FactValue } from '../../protocol/facts.ts';
import type { Context } from '../context.ts';
import type { Look, OfflineJudge } from './judge.ts';

/** `alone`: there was no daemon to ask, so what it would save first is not known. */
export type Explained = ExplainResponse & { readonly alone?: true };

export type Explainer = {
  explain(action: Action): Promise<Explained>;
  close(): Promise<void>;
};

/** No daemon, one that goes away, or one of a version that cannot be asked. */
const NOBODY_ANSWERS: ReadonlySet<string> = new Set(['daemon_unreachable', 'daemon_lost', 'not_found', 'unsupported_version']); // prettier-ignore

/** The same judgement for the same action, folder and policy, whichever command asks for it. */
export function openExplainer({ agent, paths, env }: Context): Explainer {
  let opened: Promise<OfflineJudge> | undefined;
  let daemon = true;
  const here = async (action: Action, narrowed = (look: Look): Look => look): Promise<Explained> => {
    // The engine is only loaded where nobody else has it.
    opened ??= import('./judge.ts').then(({ openOfflineJudge }) => openOfflineJudge(paths, env['HOME'] ?? '/'));
    const judge = await opened;
    const { assessment, facts } = await judge.judge(action, narrowed(judge.look));
    return { assessment, facts: [...facts], problems: [...judge.problems], alone: true };
  };
  const asked = async (action: Action): Promise<Explained | undefined> => {
    try {
      return await agent.call('explain', { body: { action } });
    } catch (error) {
      if (!(error instanceof CountersignError) || !NOBODY_ANSWERS.has(error.code)) throw error;
      daemon = false;
      return undefined;
    }
  };
  return {
    async explain(action) {
      if (!isFolder(action.cwd)) return here(action, withoutFiles);
      return (daemon ? await asked(action) : undefined) ?? here(action);
    },
    async close() {
      await (await opened)?.close();
    },
  };
}

export function isFolder(path: string): boolean {
  return path.startsWith('/') && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** INVARIANT: of a folder that is not on this machine nothing is known, wherever the action reaches from there. */
function withoutFiles(look: Look): Look {
  return async (needs) => {
    const [remembered, ofFiles] = [needs.filter(isOfNoFile), needs.filter((need) => !isOfNoFile(need))];
    const unseen = ofFiles.map((need) => ({ need, value: elsewhere(need) }));
    return [...(remembered.length === 0 ? [] : await look(remembered)), ...unseen];
  };
}

/** A folder that is not here brings no policies along. */
function elsewhere({ kind }: FactNeed): FactValue {
  if (kind === 'workspace-policy') return { known: true, data: { kind, files: [], problems: [] } };
  return { known: false, reason: 'the folder is not on this machine' };
}

/** What this session did, and when, is known wherever the folder is. */
function isOfNoFile({ kind }: FactNeed): boolean {
  return kind === 'session' || kind === 'circumstances';
}
