/** PowerShell, statement by statement: cmdlets are put into the words of programs the catalog knows, programs run as they are. */
import type { Word } from '../../types.ts';
import { codeRunEffect, inside, INHERITED, opaqueEffect, type Command, type Run } from '../run.ts';
import { decodeBase64 } from '../shell/decode.ts';
import { dynamicWord, staticWord } from '../words.ts';
import { changesSomething, cloudWords, cmdlet } from './powershell/cmdlets.ts';
import { parameters } from './powershell/parameters.ts';
import { Lexer, pathWord, type Statement, type Token } from './powershell/tokens.ts';

const INLINE = /^[-/](?:c|co|com|comm|comma|comman|command)$/i;
const ENCODED = /^[-/](?:e|ec|en|enc|enco\w*)$/i;

export function runPowershell(run: Run, command: Command, name: string): void {
  const encoded = command.words.findIndex(({ text }) => ENCODED.test(text));
  if (encoded > 0) return runEncoded(run, command, name, command.words[encoded + 1]);
  const at = command.words.findIndex(({ text }) => INLINE.test(text));
  // `pwsh 'Remove-Item x'`: Windows PowerShell takes a word with blanks for a command.
  const bare = at < 0 ? command.words.findIndex(({ text }, index) => index > 0 && /\s/.test(text) && !text.startsWith('-')) : -1; // prettier-ignore
  if (at < 0 && bare < 0) return void run.emit(command);
  const rest = command.words.slice(at < 0 ? bare : at + 1);
  if (rest.length === 1 && rest[0]?.text === '-') return void run.emit(command, [opaqueEffect('commands from standard input', { piped: true })]); // prettier-ignore
  runSource(run, command, name, rest.map((word) => word.text).join(' '), !rest.some((word) => word.dynamic && word.redacted !== true)); // prettier-ignore
}

/** Base64 of UTF-16: every second character of plain text is a NUL. */
function runEncoded(run: Run, command: Command, name: string, word: Word | undefined): void {
  const text = word === undefined || word.dynamic ? undefined : decodeBase64(word.text);
  if (text === undefined) return void run.emit(command, [opaqueEffect('encoded commands')]);
  runSource(run, command, name, text.replaceAll('\0', ''), true);
}

/** Ways to run text, or what was downloaded, or code of other languages. */
const HIDES = /\b(?:Add-Type|FromBase64String|Reflection\.Assembly|DownloadString|DownloadData|ScriptBlock\]::Create|VirtualAlloc)\b|\.Invoke\(|\[(?:System\.)?(?:Diagnostics\.Process|Runtime\.InteropServices)|&\s*\(|&\s*\$(?!env:)/i; // prettier-ignore
const DOTNET_DELETES = /\[(?:System\.)?IO\.(?:File|Directory)\]::(Delete|Move|WriteAll\w+|AppendAll\w+|Create)\(\s*(?:'([^']*)'|"([^"$]*)"|([^,)]*))/gi; // prettier-ignore

function runSource(run: Run, command: Command, name: string, text: string, known: boolean): void {
  run.emit(command, [codeRunEffect(name), ...(HIDES.test(text) ? [opaqueEffect('a program that builds code')] : [])]);
  const within: Command = { ...command, redirects: [], stdin: INHERITED, place: inside(command.place, name), shell: undefined }; // prettier-ignore
  const reader = new Reader(run, within, known);
  const lexer = new Lexer(text);
  for (const statement of lexer.statements()) reader.run(statement);
  if (lexer.cut) run.opaque(within.place, 'more statements than are read');
  for (const [, method = '', single, double, bare] of text.matchAll(DOTNET_DELETES)) {
    const path = single ?? double;
    const target = path === undefined || !known ? dynamicWord(bare ?? '$path') : pathWord({ text: path, dynamic: false, quoted: true }); // prettier-ignore
    const program = /^delete$/i.test(method) ? ['rm', '-r'] : /^move$/i.test(method) ? ['mv'] : ['tee'];
    run.command({ ...within, words: [...program.map((word) => staticWord(word)), target] });
  }
}

/** A cmdlet called by a shell that is not PowerShell: its words are read alike. */
export function runCmdlet(run: Run, command: Command): void {
  const tokens = command.words.map(({ text, dynamic }): Token => ({ text, dynamic, quoted: false }));
  new Reader(run, { ...command, shell: undefined }, true).run({ tokens, piped: false });
}

const SKIPPED = /^(?:function|filter|class|enum|param|using|foreach|for|switch|workflow|configuration)$/i;
const LEADING = /^(?:if|elseif|else|while|until|do|try|catch|finally|trap|begin|process|end|return|throw|exit|break|continue|in|dynamicparam|data|\.)$/i; // prettier-ignore

/** Goes through the statements of one source with the variables that were set to plain text. */
class Reader {
  readonly #run: Run;
  readonly #command: Command;
  readonly #known: boolean;
  readonly #variables = new Map<string, string>();
  #handedOver: readonly Word[] = [];
  /** What was last looked up by name. */
  #looked: readonly Word[] = [];

  constructor(run: Run, command: Command, known: boolean) {
    this.#run = run;
    this.#command = command;
    this.#known = known;
  }

  run(statement: Statement): void {
    this.#run.step();
    const tokens = statement.tokens.map((token) => this.#resolved(token));
    const piped = statement.piped ? this.#handedOver : [];
    this.#dispatch(tokens, piped, statement);
  }

  #dispatch(tokens: readonly Token[], piped: readonly Word[], statement: Statement): void {
    const start = tokens.findIndex(({ text, quoted }) => quoted || (text !== '&' && !LEADING.test(text)));
    const first = tokens[start];
    if (first === undefined) return;
    const rest = tokens.slice(start + 1);
    if (!first.quoted && SKIPPED.test(first.text)) return;
    const source = statement.tokens.find(({ text }) => text !== '&' && text !== '.');
    if (this.#assigns(tokens, source)) return this.#assign(tokens, piped, statement, source);
    if (/^\.(?:delete|kill)$/i.test(first.text)) return this.#method(first.text, piped);
    if ((first.quoted && !/^[&.]$/.test(statement.tokens[0]?.text ?? '')) || /^(?:[$[@(\d!-]|\.\w)/.test(first.text))
      return;
    this.#invoke(first, rest, piped);
  }

  /** `(Get-Item x).Delete()`: on what stands in the brackets. */
  #method(name: string, piped: readonly Word[]): void {
    const on = piped.length > 0 ? piped : this.#looked;
    this.#emit(/kill/i.test(name) ? [staticWord('pkill'), dynamicWord('$_')] : [staticWord('rm'), staticWord('-r'), ...(on.length > 0 ? on : [dynamicWord('$_')])]); // prettier-ignore
  }

  #assigns(tokens: readonly Token[], source: Token | undefined): boolean {
    return source !== undefined && source.text.startsWith('$') && /^[-+*/]?=$/.test(tokens[1]?.text ?? '');
  }

  #assign(tokens: readonly Token[], piped: readonly Word[], statement: Statement, source: Token | undefined): void {
    const value = tokens.slice(2);
    const [only] = value;
    const name = (source?.text ?? '').toLowerCase();
    if (value.length === 1 && only !== undefined && !only.dynamic && only.quoted) this.#variables.set(name, only.text);
    else this.#variables.delete(name);
    this.#dispatch(value, piped, { ...statement, tokens: statement.tokens.slice(2) });
  }

  #invoke(first: Token, rest: readonly Token[], piped: readonly Word[]): void {
    if (piped.length === 0) this.#handedOver = [dynamicWord('$_')];
    const name = first.text.replaceAll('\\', '/').split('/').at(-1)?.replace(/\.(?:exe|cmd|bat|ps1)$/i, '') ?? ''; // prettier-ignore
    if (/^(?:iex|invoke-expression)$/i.test(name)) return this.#evaluates(rest, piped);
    if (/^(?:start-process|saps|start)$/i.test(name)) return this.#starts(rest);
    if (/^(?:invoke-command|icm|enter-pssession|invoke-wmimethod|invoke-cimmethod)$/i.test(name)) return this.#opaque(name); // prettier-ignore
    const given = parameters(rest);
    const translation = first.dynamic ? undefined : cmdlet(name);
    if (translation !== undefined) {
      const translated = given.has('whatif') ? undefined : translation({ given, piped });
      if (/^(?:get-childitem|gci|ls|dir|get-item|gi)$/i.test(name))
        this.#handedOver = this.#looked = (translated ?? []).slice(1);
      if (translated !== undefined) this.#emit(translated);
      return;
    }
    const cloud = cloudWords(name);
    if (cloud !== undefined) return this.#emit([...cloud.map((word) => staticWord(word)), ...rest.map(plainWord)]);
    if (changesSomething(name)) return this.#change(name, rest);
    if (/^[a-z]+-[a-z]+$/i.test(name) && /^[A-Z]/.test(name)) return;
    this.#emit([first.dynamic ? dynamicWord(first.text) : staticWord(first.text.replaceAll('\\', '/').replace(/\.exe$/i, '')), ...rest.map(plainWord)]); // prettier-ignore
  }

  #evaluates(rest: readonly Token[], piped: readonly Word[]): void {
    const [source] = rest.filter(({ text, quoted }) => quoted || !/^-command$/i.test(text));
    if (source === undefined || source.dynamic || !source.quoted) return this.#run.opaque(this.#command.place, 'text run as code', piped.length > 0 ? { piped: true } : {}); // prettier-ignore
    for (const statement of new Lexer(source.text).statements()) this.run(statement);
  }

  #starts(rest: readonly Token[]): void {
    const given = parameters(rest);
    const program = [...given.values('filepath'), ...given.positional][0];
    const args = [...given.values('argumentlist', 'args'), ...(given.values('filepath').length > 0 ? given.positional : given.positional.slice(1))]; // prettier-ignore
    if (program === undefined) return this.#opaque('Start-Process');
    const asAdministrator = given.values('verb').some(({ text }) => /^runas$/i.test(text));
    const words = [program, ...args].flatMap(({ text, dynamic }) => text.split(/\s+/).map((part): Word => ({ text: part.replaceAll('\\', '/'), dynamic, glob: false }))); // prettier-ignore
    this.#emit(asAdministrator ? [staticWord('sudo'), ...words] : words);
  }

  #opaque(reason: string): void {
    this.#run.opaque(this.#command.place, reason);
  }

  #change(name: string, rest: readonly Token[]): void {
    const targets = [{ kind: 'resource' as const, name: [name, ...parameters(rest).positional.map(({ text }) => text)].join(' ').slice(0, 200) }]; // prettier-ignore
    this.#run.emit({ ...this.#command, words: [staticWord(name), ...rest.map(plainWord)] }, [{ kind: 'system.change', targets, attributes: {} }]); // prettier-ignore
  }

  #emit(words: readonly Word[]): void {
    this.#run.command({ ...this.#command, words });
  }

  #resolved(token: Token): Token {
    if (!this.#known) return { ...token, dynamic: true };
    if (!token.dynamic) return token;
    const text = token.text.replace(/\$(?:env:)?\w+/gi, (name) => this.#value(name) ?? name);
    return { ...token, text, dynamic: /[$`]/.test(text) };
  }

  #value(name: string): string | undefined {
    const lower = name.toLowerCase();
    const { env } = this.#command.place;
    if (/^\$(?:home|env:userprofile|env:home)$/.test(lower)) return env['HOME'] ?? env['USERPROFILE'];
    return this.#variables.get(lower);
  }
}

function plainWord({ text, dynamic }: Token): Word {
  return { text, dynamic, glob: false };
}
