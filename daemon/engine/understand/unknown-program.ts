/** A program nobody has described: when its words hold a whole command, it may well run it. */
import { isCatalogued } from '../catalog/programs.ts';
import type { Word } from '../types.ts';
import { inside, INHERITED, type Command, type Run } from './run.ts';
import { joinWords, programName, staticWord } from './words.ts';

/** Words in front of the command that are looked past: a verb, a name, options. */
const MAX_WORDS_BEFORE = 6;

export function emitUnknown(run: Run, command: Command, name: string): void {
  const statement = statementClient(command.words);
  if (statement !== undefined) return run.command({ ...command, words: statement, place: inside(command.place, name), shell: undefined }); // prettier-ignore
  run.emit(command);
  if (isCatalogued(name)) return;
  const place = inside(command.place, name);
  for (const source of commandTexts(command.words)) run.sourceWord(source, place, { stdin: INHERITED });
  const at = commandInside(command.words);
  if (at < 0) return;
  run.command({ ...command, words: command.words.slice(at), redirects: [], stdin: INHERITED, place, shell: undefined });
}

/** Names under which programs take a command as one text. */
const TAKES_COMMAND = /^(?:--?(?:exec|command|cmd|run|shell|hook|execute|on-[a-z]+|pre-?[a-z]*cmd|post-?[a-z]*cmd)|-[cx]|exec|run)$/; // prettier-ignore

/** Whole commands in one word, behind an option or a verb that says so: `tool --exec 'curl … | sh'`. */
function commandTexts(words: readonly Word[]): readonly Word[] {
  return words.slice(0, MAX_WORDS_BEFORE + 1).flatMap((word, index): readonly Word[] => {
    const [, option, attached] = /^(--[a-z-]+)=(.+)$/s.exec(word.text) ?? [];
    const value = option === undefined ? words[index + 1] : { ...word, text: attached ?? '' };
    if (index === 0 || value === undefined || !TAKES_COMMAND.test(option ?? word.text)) return [];
    const [first = '', ...rest] = value.text.trim().split(/\s+/, 8);
    const shape = value.dynamic ? undefined : SHAPES[first.slice(first.lastIndexOf('/') + 1)];
    return shape?.test(rest.join(' ')) === true ? [value] : [];
  });
}

/** The index of a word with which a command begins; a lone name may be anything, such as a subcommand. */
function commandInside(words: readonly Word[]): number {
  const end = Math.min(words.length, MAX_WORDS_BEFORE + 1);
  for (let at = 1; at < end; at++) {
    const word = words[at];
    if (word === undefined || word.dynamic || word.text.startsWith('-')) continue;
    const shape = SHAPES[programName(word) ?? ''];
    if (shape?.test(argumentsOf(words, at)) === true) return at;
  }
  return -1;
}

/** As much of the rest as a shape needs. */
function argumentsOf(words: readonly Word[], at: number): string {
  return words.slice(at + 1, at + 5).map(({ text }) => text.slice(0, 80)).join(' '); // prettier-ignore
}

const GIT = /^(?:-\S+ (?:\S+ )?)*(?:push|reset|clean|checkout|switch|restore|rebase|branch|stash|commit|rm|filter-branch|filter-repo|reflog|update-ref|worktree|gc|tag|merge|clone|remote|config)\b/; // prettier-ignore
const SHELL = /^(?:-[a-zA-Z]+ )*-[a-zA-Z]*c\b/;
const ANYTHING = /\S/;
const SERVICE = /\b(?:delete|destroy|rm|rb|apply|exec|terminate\S*|drain|scale|uninstall|rollout|replace|push|prune|run)\b/; // prettier-ignore

/** What the words behind a name look like when the name is the program's. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  __proto__: null as never,
  git: GIT,
  rm: /^-\w*[rRf]/,
  shred: /^-/,
  chmod: /^(?:-R )?[0-7ugoa][\w+=,-]* \S/,
  chown: /^-R /,
  dd: /\b(?:if|of)=/,
  find: /\s-(?:delete|exec|execdir|ok)\b/,
  mkfs: ANYTHING,
  sudo: ANYTHING,
  doas: ANYTHING,
  env: /=|^-/,
  sh: SHELL,
  bash: SHELL,
  zsh: SHELL,
  dash: SHELL,
  python: SHELL,
  python3: SHELL,
  node: /^(?:-e|--eval|-p)\b/,
  perl: /^-\w*e/,
  ruby: /^-\w*e/,
  psql: ANYTHING,
  mysql: ANYTHING,
  mongosh: ANYTHING,
  'redis-cli': ANYTHING,
  kubectl: SERVICE,
  helm: SERVICE,
  terraform: SERVICE,
  tofu: SERVICE,
  docker: SERVICE,
  podman: SERVICE,
  aws: SERVICE,
  gcloud: SERVICE,
  az: SERVICE,
  gh: SERVICE,
  curl: ANYTHING,
  wget: ANYTHING,
  npm: /^(?:publish|unpublish|exec|run)\b/,
  npx: ANYTHING,
  xargs: ANYTHING,
};

const SQL_STATEMENT = /^(?:drop|truncate|alter)\s+(?:table|database|schema|index|view|materialized|role|user|type|function|sequence|trigger|extension|tablespace)\b|^delete\s+from\s+\S|^update\s+\S+\s+set\s|^(?:grant|revoke)\s+.+\s+(?:on|to|from)\s/is; // prettier-ignore
const REDIS_STATEMENT = /^(?:flushall|flushdb|config\s+set\s|script\s+flush|cluster\s+reset)\b/i;

/** `DROP TABLE users` where a shell would read it: it is typed into the client of a database that is open there. */
function statementClient(words: readonly Word[]): readonly Word[] | undefined {
  const first = words[0]?.text ?? '';
  if (!STATEMENT_WORDS.has(first.toLowerCase())) return undefined;
  const text = joinWords(words);
  if (SQL_STATEMENT.test(text.text)) return [staticWord('psql'), staticWord('-c'), text];
  if (REDIS_STATEMENT.test(text.text)) return [staticWord('redis-cli'), ...words];
  return undefined;
}

const STATEMENT_WORDS = new Set(['drop', 'truncate', 'alter', 'delete', 'update', 'grant', 'revoke', 'flushall', 'flushdb', 'config', 'script', 'cluster']); // prettier-ignore
