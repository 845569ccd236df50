/** What a client offered about a session beside its calls: the person's request, the model. Hints, shown as the agent's words. */
import type { HookHints } from './dialect.ts';

export type Offers = {
  begin(session: string, model: string | undefined): void;
  prompt(session: string, text: string): void;
  /** The hints of a call, with what was offered before. */
  with(session: string, hints: HookHints): HookHints;
};

type Offered = { readonly model?: string | undefined; readonly prompt?: string | undefined };

const MAX_SESSIONS = 500;
/** What an action can carry of it. */
const MAX_PROMPT = 65_536;

export function createOffers(redactText: (text: string) => string): Offers {
  const offered = new Map<string, Offered>();
  const offer = (session: string, more: Offered): void => {
    const before = offered.get(session);
    offered.delete(session);
    offered.set(session, { ...before, ...more });
    for (const oldest of offered.keys()) {
      if (offered.size <= MAX_SESSIONS) return;
      offered.delete(oldest);
    }
  };
  return {
    begin: (session, model) => offer(session, model === undefined ? {} : { model }),
    prompt: (session, text) => offer(session, { prompt: redactText(text.slice(0, MAX_PROMPT).toWellFormed()) }),
    with(session, hints) {
      const { model, prompt } = offered.get(session) ?? {};
      return { ...hints, model: hints.model ?? model, prompt: hints.prompt ?? prompt };
    },
  };
}
