/** A session of the program's own: governed from then on, and recorded for replay. */
import { basename } from 'node:path';

import { CountersignError } from './errors.ts';
import type { Frames } from './frames.ts';
import { exchange } from './retry.ts';
import type { Transport } from './transport.ts';
import type { Frame, TextFrame } from './wire.ts';

/** Options of `session`. */
export type SessionOptions = {
  /** Display name of the agent. `agent` by default. */
  readonly agent?: string | undefined;
  /** How it was started, to be shown; the arguments of this process by default. */
  readonly argv?: readonly string[] | undefined;
  /** Absolute; the working directory of the process by default. */
  readonly cwd?: string | undefined;
};

/** Text of the model that arrives in pieces; it is kept as one message. */
export type TextStream = {
  write(piece: string): void;
  /** Records what was written. Without it the end of the session does. */
  end(): void;
};

/** A session. Whatever the process asks belongs to it, and so does all that it starts. */
export type Session = {
  readonly id: string;
  /** Its display name: that of the session around it when `nested`. */
  readonly agent: string;
  /** The process was inside of a session already and stays in that one. */
  readonly nested: boolean;
  /** Keeps a frame and sends it soon. Never throws and never waits. */
  record(frame: Frame): void;
  /** For text that arrives in pieces. */
  stream(about?: Omit<TextFrame, 'text' | 'type'> & { readonly type?: TextFrame['type'] }): TextStream;
  /** Sends what is kept. Throws when it could not be recorded. */
  flush(): Promise<void>;
  /** Sends what is kept and ends the session, also when that fails. The process stays governed. */
  end(exitCode?: number): Promise<void>;
};

export type Opened = Pick<Session, 'id' | 'agent' | 'nested'>;

const CALL_MS = 15_000;
/** What the daemon takes. */
const MAX_WORDS = 256;
const MAX_WORD_CHARS = 4_096;

export async function openSession(transport: Transport, options: SessionOptions): Promise<Opened> {
  const { agent = 'agent', argv = ownWords(), cwd = process.cwd() } = options;
  const body = { agent, argv: argv.slice(0, MAX_WORDS).map((word) => word.slice(0, MAX_WORD_CHARS)), cwd };
  const sent = { method: 'POST', path: '/agent/sessions', body, timeoutMs: CALL_MS, repeatable: true } as const;
  const given = (await exchange(transport, sent)) as Partial<Record<'session' | 'agent' | 'nested', unknown>>;
  if (typeof given.session !== 'string') {
    throw new CountersignError({ code: 'unsupported_version', message: 'the answer of the daemon is not understood' });
  }
  return { id: given.session, agent: String(given.agent), nested: given.nested === true };
}

export async function sendFrames(transport: Transport, session: Opened, frames: readonly Frame[]): Promise<void> {
  const path = `/agent/sessions/${encodeURIComponent(session.id)}/frames`;
  // What may have been recorded already is not sent twice.
  await exchange(transport, { method: 'POST', path, body: { frames }, timeoutMs: CALL_MS, repeatable: false });
}

export function sessionOf(transport: Transport, opened: Opened, frames: Frames, onEnd: () => void): Session {
  const streams = new Set<TextStream>();
  return {
    ...opened,
    record: frames.add,
    stream({ type = 'output', ...about } = {}) {
      let text = '';
      const one: TextStream = {
        write: (piece) => void (text += piece),
        end() {
          streams.delete(one);
          frames.add({ type, text, ...about });
          text = '';
        },
      };
      streams.add(one);
      return one;
    },
    flush: frames.flush,
    async end(exitCode) {
      for (const one of streams) one.end();
      try {
        await frames.flush();
      } finally {
        onEnd();
        const path = `/agent/sessions/${encodeURIComponent(opened.id)}/end`;
        const body = exitCode === undefined ? {} : { exitCode };
        await exchange(transport, { method: 'POST', path, body, timeoutMs: CALL_MS, repeatable: true });
      }
    },
  };
}

function ownWords(): readonly string[] {
  const [program = 'node', ...words] = process.argv;
  return [basename(program), ...words];
}
