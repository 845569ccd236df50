import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { guardedEnvironment, withoutNpm } from '../../../cli/run/environment.ts';
import { exitCodeOf, signalNumbered } from '../../../cli/run/exit-status.ts';
import { findProgram } from '../../../cli/run/find-program.ts';
import { forgivingRecording } from '../../../cli/run/forgiving-recording.ts';
import { startRecording, type Recording } from '../../../cli/run/recording.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

describe('the environment of a guarded command', () => {
  test('has the shims first, once', () => {
    const env = guardedEnvironment({ PATH: '/a:/shims:/b', X: '1', Y: undefined }, '/shims', 's-1');
    expect(env).toEqual({ PATH: '/shims:/a:/b', X: '1', COUNTERSIGN_SESSION: 's-1' });
  });

  test('is the caller’s, not npm’s', () => {
    const env = withoutNpm({ PATH: '/x/node_modules/.bin:/usr/bin', npm_config_a: '1', INIT_CWD: '/', HOME: '/h' });
    expect(env).toEqual({ PATH: '/usr/bin', HOME: '/h' });
  });
});

describe('exit codes', () => {
  test('of signals are those of a shell', () => {
    expect(exitCodeOf({ kind: 'signalled', signal: 'SIGTERM' })).toBe(143);
    expect(exitCodeOf({ kind: 'exited', exitCode: 126 })).toBe(126);
    expect(signalNumbered(9)).toBe('SIGKILL');
    expect(signalNumbered(0)).toBeUndefined();
  });
});

describe('finding a program', () => {
  test('goes through PATH in order and skips what cannot be run', () => {
    const root = tempFolder();
    for (const [folder, mode] of [['a', 0o644], ['b', 0o755], ['c', 0o755]] as const) {
      mkdirSync(join(root, folder));
      writeFileSync(join(root, folder, 'tool'), '', { mode });
    } // prettier-ignore
    const path = ['a', 'b', 'c'].map((folder) => join(root, folder)).join(':');
    expect(findProgram('tool', path, '/')).toBe(join(root, 'b/tool'));
    expect(findProgram('./tool', path, join(root, 'c'))).toBe(join(root, 'c/tool'));
    expect(findProgram('other', path, '/')).toBeUndefined();
    expect(findProgram('b', root, '/')).toBeUndefined();
  });
});

describe('recordings', () => {
  type Event = [number, string, string];

  function record(maxBytes: number | undefined, write: (recording: Recording, tick: (ms: number) => void) => void) {
    const path = join(tempFolder(), 'recordings', 's.cast');
    let clock = 0;
    const recording = startRecording({
      path, cols: 80, rows: 24, command: 'x', term: 'xterm', startedAt: 5_000, now: () => clock,
      redact: (text) => text.replaceAll('hunter2', '[secret]'), ...(maxBytes !== undefined && { maxBytes }),
    }); // prettier-ignore
    write(recording, (ms) => (clock += ms));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [header, ...events] = lines.map((line) => JSON.parse(line) as unknown);
    return { header, events: events as Event[], sizeBytes: statSync(path).size };
  }

  test('are asciicast v3 with relative times', () => {
    const { header, events } = record(undefined, (recording, tick) => {
      tick(100);
      recording.output(Buffer.from('one\ntw'));
      tick(50);
      recording.resize(100, 30);
      recording.output(Buffer.from('o\n'));
      recording.end(3);
    });
    expect(header).toMatchObject({ version: 3, term: { cols: 80, rows: 24 }, timestamp: 5 });
    expect(events.map(([, code, data]) => [code, data])).toEqual([['o', 'one\n'], ['r', '100x30'], ['o', 'two\n'], ['x', '3']]); // prettier-ignore
    expect(events[0]?.[0]).toBe(0.1);
  });

  test(verifies('cli:recording-redacted'), () => {
    const { events } = record(undefined, (recording) => {
      recording.output(Buffer.from('password hun'));
      recording.output(Buffer.from('ter2 and h\u00fc'.slice(0, -1)));
      recording.output(Buffer.from([0xc3]));
      recording.output(Buffer.from([0xbc, 0x0a]));
      recording.end(0);
    });
    expect(events.filter(([, code]) => code === 'o').map(([, , data]) => data).join('')).toBe('password [secret] and h\u00fc\n'); // prettier-ignore
  });

  test(verifies('cli:recording-cap'), () => {
    const { events, sizeBytes } = record(2_000, (recording) => {
      for (let index = 0; index < 500; index++) recording.output(Buffer.from(`line ${index}\n`));
      recording.end(0);
    });
    expect(sizeBytes).toBeLessThan(2_200);
    expect(events.filter(([, code]) => code === 'm')).toEqual([[0, 'm', 'recording stopped at 2000 bytes']]);
    expect(events.at(-1)?.slice(1)).toEqual(['x', '0']);
  });
});

describe('a recording that fails on the way', () => {
  test(verifies('cli:recording-fails'), () => {
    const said: string[] = [];
    const calls: string[] = [];
    const full = (): void => {
      calls.push('output');
      throw new Error('ENOSPC: no space left on device, write');
    };
    const recording = forgivingRecording(
      () => ({ output: full, resize: () => calls.push('resize'), end: () => calls.push('end') }),
      (text) => said.push(text),
    );
    recording?.output(Buffer.from('x'));
    recording?.output(Buffer.from('y'));
    recording?.resize(80, 24);
    recording?.end(0);
    expect(calls).toEqual(['output']);
    expect(said).toEqual(['the recording of this run ends here: ENOSPC: no space left on device, write']);
  });
});
