/** The engine: any input has one answer, opaque is never let through, and no wrapper makes anything look better. */
import fc from 'fast-check';

import type { Assessment } from '../../../protocol/assessment.ts';
import { execOf, judged, loadParsers, parseSql, type World } from './judge.ts';
import { commands, mutated, shellText } from './shell-text.ts';
import { must, type ScriptTarget } from './target.ts';

function checked(argv: readonly string[], world: World = {}): Assessment {
  const one = judged(execOf(argv), world);
  must(JSON.stringify(one) === JSON.stringify(judged(execOf(argv), world)), 'the same input was judged in two ways');
  must(one.score >= 0 && one.score <= 100, 'a score out of bounds');
  const opaque = one.effects.some(({ kind }) => kind === 'code.opaque');
  must(!opaque || one.verdict !== 'allow', 'what could not be read was let through');
  return one;
}

function quoted(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
}

/** Nothing that runs the command as it is may lower its score. (`ssh` runs it elsewhere, where other things are lost.) */
const WRAPPERS: Readonly<Record<string, (argv: readonly string[]) => readonly string[]>> = {
  sudo: (argv) => ['sudo', ...argv],
  env: (argv) => ['env', 'A=1', ...argv],
  nice: (argv) => ['nice', '-n', '5', ...argv],
  timeout: (argv) => ['timeout', '-s', 'KILL', '5', ...argv],
  nohup: (argv) => ['nohup', ...argv],
  setsid: (argv) => ['setsid', ...argv],
  stdbuf: (argv) => ['stdbuf', '-oL', ...argv],
  'bash -c': (argv) => ['bash', '-c', quoted(argv)],
  'sh -c twice': (argv) => ['sh', '-c', `sh -c ${quoted([quoted(argv)])}`],
  eval: (argv) => ['bash', '-c', `eval ${quoted([quoted(argv)])}`],
  subshell: (argv) => ['sh', '-c', `(${quoted(argv)})`],
  function: (argv) => ['sh', '-c', `f() { ${quoted(argv)}; }; f`],
  'after another': (argv) => ['sh', '-c', `true; ${quoted(argv)}`],
  background: (argv) => ['sh', '-c', `${quoted(argv)} &`],
  variable: (argv) => ['sh', '-c', `x=${quoted([argv[0] ?? ''])}; $x ${quoted(argv.slice(1))}`],
  heredoc: (argv) => ['sh', '-c', `sh <<'END'\n${quoted(argv)}\nEND`],
};

const wrappers: ScriptTarget = {
  name: 'wrappers',
  property: async () => {
    await loadParsers();
    const argv = commands.filter((words) => words.every((word) => word !== ''));
    return fc.property(fc.tuple(argv, fc.constantFrom(...Object.keys(WRAPPERS))), ([words, name]) => {
      const wrapped = WRAPPERS[name]?.(words) ?? words;
      const [bare, inside] = [checked(words).score, checked(wrapped).score];
      must(inside >= bare, `\`${name}\` lowers ${bare} to ${inside}: ${JSON.stringify(wrapped)}`);
    });
  },
};

const shell: ScriptTarget = {
  name: 'shell',
  property: async () => {
    await loadParsers();
    return fc.property(shellText, (source) => void checked(['sh', '-c', source]));
  },
};

const argv: ScriptTarget = {
  name: 'argv',
  property: async () => {
    await loadParsers();
    const word = fc.oneof(fc.constantFrom('sudo', 'env', '-i', 'git', '-c', 'xargs', 'find', '-exec', ';', '{}', 'bash', '-lc', 'ssh', '--', '-', '', 'docker', 'exec', 'python3', '-m', 'A=1', '@'), mutated(fc.constantFrom('rm', '--force', '/x'), 1), shellText); // prettier-ignore
    return fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => void checked(words));
  },
};

const PROGRAMS = [
  'import os\nos.system("rm -rf " + x)',
  "require('child_process').execSync(`rm ${x}`)",
  'open(F, ">x"); unlink glob "*"; system qw(rm x)',
  'File.delete("x"); `rm x`; %x(rm y)',
  'BEGIN { while (("ls" | getline) > 0) system("rm " $0) }',
  'Remove-Item -Recurse x; iex $y',
];

const interpreters: ScriptTarget = {
  name: 'interpreters',
  property: async () => {
    await loadParsers();
    const starts = fc.constantFrom(['python', '-c'], ['python3.12', '-Ic'], ['node', '-e'], ['perl', '-ne'], ['ruby', '-e'], ['php', '-r'], ['awk'], ['pwsh', '-c'], ['deno', 'eval'], ['sed']); // prettier-ignore
    const program = mutated(fc.constantFrom(...PROGRAMS), 6);
    return fc.property(fc.tuple(starts, program), ([start, text]) => void checked([...start, text]));
  },
};

const SQL = [
  "DELETE FROM users WHERE id = 1; DROP TABLE t; COPY t TO PROGRAM 'rm x'",
  "/*!50000 DROP DATABASE x */; LOAD DATA INFILE 'x' INTO TABLE t",
  "ATTACH 'x' AS y; PRAGMA writable_schema=1; UPDATE t SET a = (SELECT 1)",
  "\\! rm -rf x\n\\copy t to program 'x'\nSELECT $$;$$, E'\\''; -- x",
  'WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d',
];

const sql: ScriptTarget = {
  name: 'sql',
  property: async () => {
    await loadParsers();
    const dialect = fc.constantFrom('postgresql', 'mysql', 'sqlite');
    const source = mutated(fc.constantFrom(...SQL), 6);
    return fc.property(fc.tuple(dialect, source), ([name, text]) => {
      const one = JSON.stringify(parseSql(name, text));
      must(one === JSON.stringify(parseSql(name, text)), 'the same statement was read in two ways');
      const client = { postgresql: ['psql', '-c'], mysql: ['mysql', '-e'], sqlite: ['sqlite3', 'a.db'] }[name];
      checked([...client, text]);
    });
  },
};

const FILES = [
  '.PHONY: all\nall: x\n\t@rm -rf $(OUT) || true\nx: ; echo $(shell rm y)\ninclude z.mk\n',
  '{"scripts":{"prex":"rm -rf a","x":"npm run y && $npm_y","y":"node -e 1"}}',
  '#!/bin/sh\nset -e\nrm -rf "$1"\n. ./other\n',
  'a:\n\ta=1; \\\n\trm b\ndefine d\nx\nendef\n%.o: %.c\n\t$(CC) $<\n',
];

const projectFiles: ScriptTarget = {
  name: 'project-files',
  property: async () => {
    await loadParsers();
    const start = fc.constantFrom(['make', 'x'], ['make'], ['npm', 'run', 'x'], ['yarn', 'x'], ['pnpm', 'x'], ['sh', 'x.sh'], ['./x'], ['git', 'st', 'a'], ['source', 'x'], ['npm', 'install'], ['just', 'x']); // prettier-ignore
    const world = fc.record({ text: mutated(fc.constantFrom(...FILES), 6), alias: mutated(fc.constantFrom('!rm -rf x', 'push --force', '-c a=b st', '!f() { git "$@"; }; f')) }); // prettier-ignore
    return fc.property(fc.tuple(start, world), ([words, given]) => void checked(words, given));
  },
};

/** What costs more than it seems when there is much of it, or one inside the other. */
const UNITS = ['$(', ')', '<(', '`a` ', '{a,b}', '{1..99}', 'x=$x$x;', '$x ', '"${x[@]}" ', 'x=(a b);', 'find . -exec ', 'xargs ', 'sudo ', 'eval ', "sh -c '", '<<E\n', '\nE\n', '$((a[', 'a() { b; b; };', 'for i in 1 2 3; do ', 'if a; then ', 'case x in x) ', 'b && ', '| ', '>a ', '*a* ', "$'\\n'", '${x//a/bb}', 'alias a="a a";', 'open ', 'rm -rf a;', '[[ a == b && ']; // prettier-ignore

/** Ends on its own when the runner's patience does: an input that takes minutes is a finding. */
const busy: ScriptTarget = {
  name: 'busy',
  property: async () => {
    await loadParsers();
    const part = fc.tuple(fc.constantFrom(...UNITS), fc.integer({ min: 1, max: 3_000 })).map(([unit, times]) => unit.repeat(times)); // prettier-ignore
    const source = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('').slice(0, 65_536));
    const start = fc.constantFrom(['sh', '-c'], ['perl', '-e'], ['python3', '-c'], ['psql', '-c'], ['mysql', '-e'], ['awk']); // prettier-ignore
    return fc.property(fc.tuple(start, source), ([words, text]) => void judged(execOf([...words, text])));
  },
};

export const ENGINE_TARGETS = [wrappers, shell, argv, interpreters, sql, projectFiles, busy];
