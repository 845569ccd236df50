/** The daemon's own log: one JSON object per line, by part, without what agents say. */
import { createRequire } from 'node:module';

import type { LogLevel } from '../../protocol/config.ts';
import { errorFields } from './error-fields.ts';
import type { LineSink } from './rotating-file.ts';

/** Ids, numbers and words of our own. INVARIANT: nothing that an agent chose, but for ids and errors, which are redacted. */
export type LogFields = {
  readonly [name: string]: unknown;
  readonly err?: unknown;
  readonly trace?: string | undefined;
  readonly session?: string | undefined;
};

/** Parts of the daemon that say something. */
export type LogPart = 'daemon' | 'gate' | 'trace' | 'policy' | 'config' | 'spool' | 'api' | 'clients';

type Say = (message: string, fields?: LogFields) => void;

export type Log = {
  readonly error: Say;
  readonly warn: Say;
  readonly info: Say;
  readonly debug: Say;
  /** The last line of a daemon that cannot go on. */
  readonly fatal: Say;
  /** The same log for one part. */
  part(name: LogPart): Log;
  setLevel(level: LogLevel): void;
  /** Where lines go from now on. */
  setSink(sink: LineSink): void;
};

/** What must never get here, kept out once more in case it does. */
const NEVER = ['argv', 'env', 'action', 'context', 'prompt', 'password', 'passphrase', 'token', 'secret', 'wrapKey'];
/** Deleted, C1, zero-width, direction and tag characters: they make a line read as something else than it is. */
const MISLEADING =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|\u{e0000}|[\u{e0001}-\u{e007f}]/gu;

type Pino = typeof import('pino');

export type LogOptions = { readonly sink: LineSink; readonly redact: (text: string) => string };

export function createLog({ sink: first, redact }: LogOptions): Log {
  let sink = first;
  let wanted: LogLevel = 'info';
  let opened: ReturnType<Pino> | undefined;
  /** Loaded with the first line: nothing before the first verdict waits for it. */
  const root = (): ReturnType<Pino> =>
    (opened ??= openPino(wanted, { write: (line) => sink.write(line.replaceAll(MISLEADING, escaped)) }));

  const logOf = (part: LogPart): Log => {
    let child: ReturnType<ReturnType<Pino>['child']> | undefined;
    const say =
      (severity: 'fatal' | LogLevel): Say =>
      (message, fields = {}) => {
        child ??= root().child({ part });
        child.level = wanted;
        child[severity](cleaned(fields, redact), redact(message));
      };
    return {
      error: say('error'),
      warn: say('warn'),
      info: say('info'),
      debug: say('debug'),
      fatal: say('fatal'),
      part: logOf,
      setLevel: (next) => void (wanted = next),
      setSink: (next) => void (sink = next),
    };
  };
  return logOf('daemon');
}

function openPino(level: LogLevel, sink: LineSink): ReturnType<Pino> {
  // A package in the old module format, beside the bundle as beside the sources.
  const pino = createRequire(import.meta.url)('pino') as Pino;
  return pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: 'message',
      errorKey: 'err',
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // It is serialized already.
      serializers: { err: (fields: unknown) => fields },
      redact: { paths: NEVER.flatMap((name) => [name, `*.${name}`]), censor: '[never logged]' },
    },
    sink,
  );
}

function cleaned(fields: LogFields, redact: (text: string) => string): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]): [string, unknown] => {
    if (name === 'err') return [name, errorFields(value, redact)];
    return [name, typeof value === 'string' ? redact(value) : value];
  });
  return Object.fromEntries(entries);
}

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}
