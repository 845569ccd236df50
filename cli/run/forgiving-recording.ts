/** A recording whose failure costs the recording alone. */
import type { Recording } from './recording.ts';

/** Says once what went wrong; the command that is recorded goes on. `undefined` when not even a beginning was made. */
export function forgivingRecording(open: () => Recording, warn: (text: string) => void): Recording | undefined {
  let recording: Recording | undefined;
  const attempt = <T>(work: () => T, otherwise: string): T | undefined => {
    try {
      return work();
    } catch (error) {
      recording = undefined;
      warn(`${otherwise}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  recording = attempt(open, 'this run is not recorded');
  if (recording === undefined) return undefined;
  const use = (work: (recording: Recording) => void): void => {
    const present = recording;
    if (present !== undefined) attempt(() => work(present), 'the recording of this run ends here');
  };
  return {
    output: (bytes) => use((present) => present.output(bytes)),
    resize: (cols, rows) => use((present) => present.resize(cols, rows)),
    end: (exitCode) => use((present) => present.end(exitCode)),
  };
}
