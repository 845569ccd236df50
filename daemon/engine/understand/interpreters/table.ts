/** Interpreters and how each takes a program on its command line. */

export type Language = 'python' | 'javascript' | 'perl' | 'ruby' | 'php' | 'lua' | 'awk' | 'other';

export type InterpreterSpec = {
  readonly language: Language;
  /** Options whose value is the program. */
  readonly inline: readonly string[];
  /** Other options that take the next word. */
  readonly values?: readonly string[];
  /** The first plain word is the program itself. */
  readonly programFirst?: true;
  /** Options that run or show something of the project instead of taking a program: its tests, its scripts. */
  readonly modes?: readonly string[];
  /** A first word after which the next is the program (`deno eval CODE`). */
  readonly inlineVerb?: string;
  /** First words after which a file follows (`deno run FILE`). */
  readonly fileVerbs?: readonly string[];
};

const PYTHON: InterpreterSpec = { language: 'python', inline: ['-c'], values: ['-W', '-X', '-Q'] };
const NODE: InterpreterSpec = { language: 'javascript', inline: ['-e', '--eval', '-p', '--print', '-pe'], values: ['-r', '--require', '--import', '--loader', '-C', '--conditions', '--env-file'], modes: ['--test', '--run', '--check', '--v8-options', '--completion-bash', '--prof-process'] }; // prettier-ignore
const PERL: InterpreterSpec = { language: 'perl', inline: ['-e', '-E'], values: [] };
const RUBY: InterpreterSpec = { language: 'ruby', inline: ['-e'], values: ['-r', '-I', '-C', '-E', '-F'] };
const AWK: InterpreterSpec = { language: 'awk', inline: ['-e', '--source'], values: ['-F', '-v', '-f', '--file', '--assign', '--field-separator'], programFirst: true }; // prettier-ignore

export const INTERPRETERS: Readonly<Record<string, InterpreterSpec>> = {
  python: PYTHON,
  python2: PYTHON,
  python3: PYTHON,
  pypy: PYTHON,
  pypy3: PYTHON,
  ipython: PYTHON,
  node: NODE,
  nodejs: NODE,
  deno: { language: 'javascript', inline: [], inlineVerb: 'eval', fileVerbs: ['run', 'serve', 'bench'] },
  tsx: NODE,
  'ts-node': NODE,
  perl: PERL,
  ruby: RUBY,
  php: {
    language: 'php',
    inline: ['-r', '-B', '-R', '-E'],
    values: ['-d', '-c', '-z'],
    modes: ['-i', '-m', '-S', '--ini', '--info', '--modules'],
  },
  lua: { language: 'lua', inline: ['-e'], values: ['-l'] },
  luajit: { language: 'lua', inline: ['-e'], values: ['-l'] },
  osascript: { language: 'other', inline: ['-e'], values: ['-l', '-s'] },
  Rscript: { language: 'other', inline: ['-e'] },
  R: { language: 'other', inline: ['-e'], values: ['-f', '--file'] },
  julia: { language: 'other', inline: ['-e', '-E', '--eval', '--print'], values: ['-L', '--load', '-p', '-t', '-J'] },
  elixir: { language: 'other', inline: ['-e', '--eval'], values: ['-r', '-pa', '-S', '--name', '--sname', '--cookie'] },
  groovy: { language: 'other', inline: ['-e'], values: ['-cp', '-classpath', '-D'] },
  scala: { language: 'other', inline: ['-e'], values: ['-cp', '-classpath'] },
  tclsh: { language: 'other', inline: [] },
  guile: { language: 'other', inline: ['-c'], values: ['-l', '-L', '-s'] },
  racket: { language: 'other', inline: ['-e'], values: ['-l', '-t', '-f'] },
  sbcl: { language: 'other', inline: ['--eval'], values: ['--load', '--core'] },
  erl: { language: 'other', inline: ['-eval'], values: ['-name', '-sname', '-setcookie', '-pa', '-pz', '-s'] },
  ghc: { language: 'other', inline: ['-e'] },
  runghc: { language: 'other', inline: [] },
  raku: { language: 'other', inline: ['-e'], values: ['-I', '-M'] },
  bb: { language: 'other', inline: ['-e'] },
  octave: { language: 'other', inline: ['--eval'] },
  swipl: { language: 'other', inline: ['-g'] },
  jshell: { language: 'other', inline: [] },
  awk: AWK,
  gawk: AWK,
  mawk: AWK,
  nawk: AWK,
};

const VERSIONED = /^(python|pypy|perl|ruby|php|lua|node|bash|dash|zsh|ksh|mksh|fish)[\d.-]+$/;

/** A shell set aside under another name is still that shell. */
const SET_ASIDE = /^((?:ba|da|z|k|mk|a)?sh)[.-](?:real|orig|old|bak|distrib|static|bin|original|wrapped)$/;

/** `python3.12` is python; other names are their own. */
export function unversioned(name: string): string {
  return VERSIONED.exec(name)?.[1] ?? SET_ASIDE.exec(name)?.[1] ?? name;
}
