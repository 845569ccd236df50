/** A question of a native client as the action that the gate judges. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';

import type { Action } from '../../protocol/action.ts';
import type { WireAsk } from '../../protocol/wire.ts';
import type { Belonging } from '../identity/agent-sessions.ts';

/** What the shim sent, as an action of the session its process belongs to. */
export function actionOf(ask: WireAsk, belonging: Pick<Belonging, 'agent' | 'session'>): Action {
  // A program may be told any name for itself (`exec -a ls rm …`); what it was started as decides what it does.
  const told = ask.argv[0] ?? '';
  const argv = [basename(told) === ask.name ? told : ask.name, ...ask.argv.slice(1)].map(wellFormed);
  const exact =
    argv.every((word, index) => word === ask.argv[index]) && ask.cwd.isWellFormed() && ask.executable.isWellFormed();
  return {
    kind: 'exec',
    argv,
    executable: wellFormed(ask.executable),
    stdin: ask.stdin,
    cwd: ask.cwd === '' ? '?' : wellFormed(ask.cwd),
    env: Object.fromEntries(Object.entries(ask.env).map(([name, value]) => [wellFormed(name), wellFormed(value)])),
    agent: belonging.agent,
    session: belonging.session,
    // INVARIANT: what has different bytes never shares a digest, even where it looks the same.
    ...(exact ? {} : { rawDigest: rawDigestOf(ask) }),
  };
}

function rawDigestOf({ argv, cwd, executable }: WireAsk): string {
  return createHash('sha256')
    .update(JSON.stringify([argv, cwd, executable]))
    .digest('hex');
}

/** Bytes that are not UTF-8 arrive as lone surrogates, which have no canonical JSON. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
