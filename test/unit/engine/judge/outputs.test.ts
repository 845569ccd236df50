/** What programs write over or empty without saying so: found by the options and places in which files of results stand. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { CWD, type Given } from './fixtures.ts';
import { judgedHere, lonely } from './plain-world.ts';

const HERE: readonly Given[] = lonely(`${CWD}/draft.bin`);
const saved: Given = { need: { kind: 'restorable', how: 'overwritten', paths: [`${CWD}/draft.bin`] }, data: { files: 1, notRestorable: [] } }; // prettier-ignore

const rulesOf = (line: string, given: readonly Given[] = []): readonly string[] => judgedHere(line, given).findings.map(({ rule }) => rule); // prettier-ignore

const WRITTEN_OVER = [
  'frob --output draft.bin a',
  'frob --out-file=draft.bin',
  'frob a -o ./draft.bin',
  'ffmpeg -y -i a.mkv draft.bin',
  'convert a.png draft.bin',
  'sox a.wav draft.bin',
  'strip ./draft.bin',
  'objcopy a.o draft.bin',
  'pdftk a.pdf cat 1-2 output draft.bin',
  'go build -o draft.bin .',
  'esbuild a.ts --outfile=draft.bin',
  'tsc --outFile draft.bin',
  'iconv -f latin1 a -o draft.bin',
  'xxd -r a.hex draft.bin',
  'gunzip -f draft.bin.gz',
  'curl -fsSLO https://dl.example.org/draft.bin',
];

describe(verifies('catalog:outputs'), () => {
  test.each(WRITTEN_OVER)('%s', (line) => {
    expect(rulesOf(line, HERE)).toContain('files.overwrite-lost');
    // What the gate is asked to save before it lets this go.
    expect(rulesOf(line, [...HERE, saved])).toContain('files.overwrite-lost/restorable');
    expect(rulesOf(line)).not.toContain('files.overwrite-lost');
    const tree: Given = {
      need: { kind: 'tree', path: `${CWD}/draft.bin` },
      data: { counts: { files: 1, tracked: 1 } },
    };
    expect(rulesOf(line, [...HERE, tree])).not.toContain('files.overwrite-lost');
  });

  test.each([
    'ffmpeg -i a.mkv draft.bin',
    'gzip -dc draft.bin',
    'grep -o draft.bin a',
    '[ -f a -o draft.bin ]',
    'ssh -o draft.bin h ls',
    'frob -o key=draft.bin',
    'tar tf draft.bin',
  ])('%s writes over nothing', (line) => {
    expect(judgedHere(line, HERE).effects.filter(({ kind, attributes }) => kind === 'file.write' && attributes.overwrite === true)).toEqual([]); // prettier-ignore
  });

  test.each(["printf 'd\\nw\\n' | ed -s draft.bin", 'patch draft.bin a.diff', 'fallocate -p -l 4096 draft.bin'])(
    '%s edits it',
    (line) => {
      // prettier-ignore
      expect(judgedHere(line, HERE).effects).toContainEqual(expect.objectContaining({ kind: 'file.write', attributes: expect.objectContaining({ edited: true }) as object })); // prettier-ignore
    },
  );
});

describe(verifies('catalog:cleaned-outputs'), () => {
  const work: Given = {
    need: { kind: 'tree', path: `${CWD}/notes` },
    data: { counts: { files: 4, bytes: 9, untracked: 4 } },
  };
  const built: Given = { need: { kind: 'tree', path: `${CWD}/out` }, data: { counts: { files: 4, bytes: 9, ignored: 4, regenerable: 4 } } }; // prettier-ignore

  test.each([
    'cargo clean --target-dir notes',
    'CARGO_TARGET_DIR=notes cargo clean',
    'vite build --outDir notes',
    'npx vite build --outDir=notes --emptyOutDir',
    'deno run -A npm:rimraf notes',
  ])('%s', (line) => {
    expect(judgedHere(line, [work]).score).toBeGreaterThan(60);
    expect(judgedHere(line.replace('notes', 'out'), [built]).score).toBeLessThanOrEqual(30);
  });

  test('what has its own place is left to its own', () => {
    expect(judgedHere('cargo clean && vite build && deno run main.ts').score).toBeLessThanOrEqual(30);
    expect(judgedHere('vite build --outDir notes --emptyOutDir=false', [work]).score).toBeLessThanOrEqual(30);
  });
});

describe(verifies('understand:computed-calls'), () => {
  test.each([
    "ruby -e 'exec %w[rm -rf src].join(32.chr)'",
    "ruby -e 'c = [114, 109].pack(%q(c*)); system(c, %q(src))'",
    "ruby -e 'send(:system, %q(rm src))'",
    `lua -e 'os["exe" .. "cute"]("rm src")'`,
  ])('%s', (line) => {
    expect(judgedHere(line).effects.map(({ kind }) => kind)).toContain('code.opaque');
  });

  test.each(["ruby -e 'puts [1, 2].sum'", "ruby -e 'puts ENV.fetch(%q(HOME))'", "lua -e 'print(os.date())'"])(
    '%s stays quiet',
    (line) => {
      // prettier-ignore
      expect(judgedHere(line).score).toBeLessThanOrEqual(30);
    },
  );
});
