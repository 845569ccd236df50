/** Records a terminal session as asciicast v3: output only, redacted, and never larger than a cap. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

export type RecordingOptions = {
  readonly path: string;
  readonly cols: number;
  readonly rows: number;
  readonly command: string;
  readonly term: string;
  /** Wall clock, for the header. */
  readonly startedAt: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
  readonly redact: (text: string) => string;
  readonly maxBytes?: number;
};

export type Recording = {
  output(bytes: Buffer): void;
  resize(cols: number, rows: number): void;
  end(exitCode: number): void;
};

const MAX_RECORDING_BYTES = 50 * 1024 * 1024;
/** A secret may arrive in pieces: output is redacted by the line. A line that pauses for this long is shown as it is. */
const QUIET_MS = 250;
/** Programs that draw whole screens send few line breaks. */
const MAX_LINE_CHARACTERS = 16_384;

export function startRecording(options: RecordingOptions): Recording {
  const { path, now, redact, maxBytes = MAX_RECORDING_BYTES } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'wx', 0o600);
  const decoder = new StringDecoder('utf8');
  let sizeBytes = 0;
  let full = false;
  let lastEventAt = now();
  let line = '';
  let lineAt = lastEventAt;

  const append = (text: string): void => {
    sizeBytes += writeSync(file, `${text}\n`);
  };
  const event = (code: 'o' | 'r' | 'm' | 'x', data: string, at: number): void => {
    if (full && code !== 'x') return;
    const text = JSON.stringify([seconds(at - lastEventAt), code, data]);
    if (sizeBytes + text.length > maxBytes && code !== 'x') {
      full = true;
      append(JSON.stringify([0, 'm', `recording stopped at ${maxBytes} bytes`]));
      return;
    }
    lastEventAt = at;
    append(text);
  };
  const flush = (text: string): void => {
    if (text !== '') event('o', redact(text), lineAt);
  };

  append(JSON.stringify(header(options)));
  return {
    output(bytes) {
      const at = now();
      if (line !== '' && at - lineAt > QUIET_MS) {
        flush(line);
        line = '';
      }
      if (line === '') lineAt = at;
      line += decoder.write(bytes);
      const end = line.length > MAX_LINE_CHARACTERS ? line.length : line.lastIndexOf('\n') + 1;
      flush(line.slice(0, end));
      line = line.slice(end);
      lineAt = at;
    },
    resize(cols, rows) {
      event('r', `${cols}x${rows}`, now());
    },
    end(exitCode) {
      flush(line + decoder.end());
      event('x', String(exitCode), now());
      closeSync(file);
    },
  };
}

function header({ cols, rows, term, startedAt, command }: RecordingOptions): unknown {
  return { version: 3, term: { cols, rows, type: term }, timestamp: Math.floor(startedAt / 1_000), command };
}

/** Microseconds are as fine as players go. */
function seconds(durationMs: number): number {
  return Math.max(0, Math.round(durationMs * 1_000) / 1_000_000);
}
