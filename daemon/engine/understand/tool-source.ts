/** Tools that run what they are given: a shell command, an argv, or the source of a language. */
import type { McpAction, ToolAction } from '../../../protocol/action.ts';
import type { Word } from '../types.ts';
import { toolName } from './tool-name.ts';
import { staticWord } from './words.ts';

export type ToolSource =
  { readonly kind: 'shell'; readonly text: string } | { readonly kind: 'argv'; readonly words: readonly Word[] };

type Arguments = ToolAction['args'];

/** Names under which agents and servers offer a shell. */
const SHELL = /^(?:(?:local|run|execute|exec|launch|start|my|remote|container) )*(?:in )?(?:bash|shell|sh|zsh|terminal|terminal cmd|terminal command|shell command|shell cmd|command|commands|cmd|command line|process|exec|system)(?: tool| exec| command| execute| run)?$/; // prettier-ignore
const CODE = /\b(?:run|execute|exec|eval|evaluate|interpret)\b.*\b(?:code|python|py|javascript|js|node|ruby|perl|php|powershell|pwsh|script|cell|snippet|program)\b|\b(?:python|code|javascript|node) (?:repl|interpreter|exec|execute|run|eval)\b|^(?:python|ipython|powershell|javascript)$/; // prettier-ignore

/** What types into a shell that was started before. */
const TYPING = /^(?:write|send|type|paste|submit)(?: (?:to|in|into))? (?:bash|shell|terminal|powershell|stdin|process|command|keys|input)(?: input| stdin| keys)?$|^process$/; // prettier-ignore
const TYPED = ['input', 'chars', 'data', 'text', 'literal', 'keys'] as const;
/** Keys by name. */
const KEY = /\{(?:enter|return|up|down|left|right|backspace|tab|esc(?:ape)?)\}/giu;

const COMMANDS = ['command', 'cmd', 'script', 'commands', 'input', 'command_line', 'shell_command'] as const;
const SOURCES = ['code', 'source', 'script', 'python_code', 'snippet', 'program', 'command', 'expression'] as const;

export function toolSource({ tool, args }: ToolAction | McpAction): ToolSource | undefined {
  const { words } = toolName(tool);
  if (CODE.test(words)) return codeSource(words, args) ?? undefined;
  return (SHELL.test(words) ? shellSource(args) : undefined) ?? (TYPING.test(words) ? typedSource(args) : undefined);
}

/** Who reads it is not known here; a shell does the most with it. */
function typedSource(args: Arguments): ToolSource | undefined {
  const typed = TYPED.flatMap((name) => args[name] ?? []).filter((value) => typeof value === 'string');
  return typed.length === 0 ? undefined : { kind: 'shell', text: typed.join('\n').replaceAll(KEY, '\n') };
}

function shellSource(args: Arguments): ToolSource | undefined {
  for (const name of COMMANDS) {
    const value = args[name];
    if (typeof value === 'string') return { kind: 'shell', text: withArguments(value, args['args']) };
    if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) {
      return { kind: 'argv', words: value.map((item) => staticWord(item)) };
    }
  }
  return undefined;
}

/** `{command: 'rm', args: ['-rf', 'x']}`: the words belong to the command. */
function withArguments(command: string, args: unknown): string {
  if (!Array.isArray(args)) return command;
  const words = args.filter((item): item is string => typeof item === 'string');
  return [command, ...words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`)].join(' ');
}

const INTERPRETERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\b(?:bash|shell|sh|zsh)\b/, ['sh', '-c']],
  [/\b(?:javascript|typescript|js|ts|node)\b/, ['node', '-e']],
  [/\bruby\b/, ['ruby', '-e']],
  [/\bperl\b/, ['perl', '-e']],
  [/\bphp\b/, ['php', '-r']],
  [/\b(?:powershell|pwsh)\b/, ['pwsh', '-Command']],
  [/\b(?:python|py|ipython|cell|code|jupyter)\b/, ['python3', '-c']],
];

/** Undefined when it is given nothing to run, or runs it inside a page. */
function codeSource(words: string, args: Arguments): ToolSource | undefined {
  const text = SOURCES.map((name) => args[name]).find((value) => typeof value === 'string');
  if (typeof text !== 'string' || /\b(?:browser|page|sql|query)\b/.test(words)) return undefined;
  const language = [args['language'], args['lang'], args['runtime']].find((value) => typeof value === 'string') ?? '';
  const spoken = `${language.toLowerCase()} ${words}`;
  const program = INTERPRETERS.find(([pattern]) => pattern.test(spoken))?.[1] ?? ['python3', '-c'];
  return { kind: 'argv', words: [...program, text].map((word) => staticWord(word)) };
}
