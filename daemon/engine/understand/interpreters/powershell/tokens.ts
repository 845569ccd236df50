/** PowerShell source → statements of words. Blocks, groups and pipelines are taken apart; nothing is evaluated. */
import type { Word } from '../../../types.ts';

export type Token = {
  readonly text: string;
  readonly dynamic: boolean;
  /** A string: neither a parameter nor a bare word. */
  readonly quoted: boolean;
};

export type Statement = {
  readonly tokens: readonly Token[];
  /** It works on what the statement before it puts out. */
  readonly piped: boolean;
};

/** More than anybody writes on a command line; what comes behind is not read. */
const MAX_STATEMENTS = 500;

const SEPARATORS = new Set([';', '\n', '\r', '|', '&', '{', '}', '(', ')', ',']);
const BLANKS = new Set([' ', '\t', '\u00a0', '\n', '\r']);

/** Reads one statement after the other; every character is looked at once. */
export class Lexer {
  readonly #source: string;
  readonly #statements: Statement[] = [];
  #tokens: Token[] = [];
  #piped = false;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Whether something was left unread. */
  get cut(): boolean {
    return this.#statements.length >= MAX_STATEMENTS;
  }

  statements(): readonly Statement[] {
    while (this.#at < this.#source.length && !this.cut) this.#next();
    this.#end(false);
    const inner = this.#statements.flatMap(({ tokens }) => tokens.flatMap(nested));
    return [...this.#statements, ...inner];
  }

  #next(): void {
    const char = this.#source.charAt(this.#at);
    const pair = this.#source.slice(this.#at, this.#at + 2);
    if (pair === '<#') return this.#skipTo('#>', 2);
    if (char === '#') return this.#skipTo('\n', 0);
    if (pair === "@'" || pair === '@"') return this.#hereString(pair.charAt(1));
    if (pair === '`\n') return void (this.#at += 2);
    if (char === ',') return void this.#at++;
    if (BLANKS.has(char) && char !== '\n' && char !== '\r') return void this.#at++;
    // A call: the string or variable behind it is a program.
    if (char === '&' && pair !== '&&') return this.#call();
    if (SEPARATORS.has(char)) {
      const pipes = char === '|' && pair !== '||';
      this.#at += pair === '&&' || pair === '||' ? 2 : 1;
      return this.#end(pipes);
    }
    this.#word();
  }

  #call(): void {
    this.#at++;
    if (this.#tokens.length === 0) this.#tokens.push({ text: '&', dynamic: false, quoted: false });
  }

  #end(pipes: boolean): void {
    if (this.#tokens.length > 0) this.#statements.push({ tokens: this.#tokens, piped: this.#piped });
    this.#tokens = [];
    this.#piped = pipes;
  }

  #skipTo(end: string, more: number): void {
    const found = this.#source.indexOf(end, this.#at);
    this.#at = found < 0 ? this.#source.length : found + more;
  }

  #hereString(quote: string): void {
    const end = this.#source.indexOf(`\n${quote}@`, this.#at);
    const text = this.#source.slice(this.#at + 2, end < 0 ? undefined : end).replace(/^\r?\n/, '');
    this.#tokens.push({ text, dynamic: quote === '"' && /[$`]/.test(text), quoted: true });
    this.#at = end < 0 ? this.#source.length : end + 3;
  }

  /** Bare text and strings that touch are one word. */
  #word(): void {
    let text = '';
    let dynamic = false;
    let quoted = false;
    while (this.#at < this.#source.length) {
      const char = this.#source.charAt(this.#at);
      if (char === "'" || char === '"') {
        const part = this.#string(char);
        text += part.text;
        dynamic ||= part.dynamic;
        quoted ||= text === part.text;
      } else if (char === '`') {
        const escaped = this.#source.charAt(this.#at + 1);
        text += escaped === '\n' ? '' : escaped;
        this.#at += 2;
      } else if (char === '$' && this.#source.charAt(this.#at + 1) === '{') {
        text += this.#braced();
        dynamic = true;
      } else if (BLANKS.has(char) || SEPARATORS.has(char)) break;
      else {
        dynamic ||= char === '$';
        text += char;
        this.#at++;
      }
    }
    this.#tokens.push({ text, dynamic, quoted });
  }

  #braced(): string {
    const end = this.#source.indexOf('}', this.#at);
    const text = this.#source.slice(this.#at, end < 0 ? undefined : end + 1);
    this.#at = end < 0 ? this.#source.length : end + 1;
    return text;
  }

  #string(quote: string): { readonly text: string; readonly dynamic: boolean } {
    let text = '';
    let dynamic = false;
    for (this.#at++; this.#at < this.#source.length; this.#at++) {
      const char = this.#source.charAt(this.#at);
      if (char === quote) {
        if (this.#source.charAt(this.#at + 1) !== quote) break;
        this.#at++;
      } else if (quote === '"' && char === '`') {
        this.#at++;
        text += this.#source.charAt(this.#at);
        continue;
      } else if (quote === '"' && char === '$') dynamic = true;
      text += char;
    }
    this.#at++;
    return { text, dynamic };
  }
}

/** `"done $(Remove-Item x)"` runs what is inside. */
const NESTED = /\$\(([^()]*)\)/g;

function nested({ text, dynamic, quoted }: Token): readonly Statement[] {
  if (!quoted || !dynamic || !text.includes('$(')) return [];
  return [...text.matchAll(NESTED)].flatMap(([, source = '']) => new Lexer(source).statements());
}

/** Windows and PowerShell write `\` where the rest of the engine writes `/`. */
export function pathWord({ text, dynamic }: Token): Word {
  return { text: text.replaceAll('\\', '/'), dynamic, glob: !dynamic && /[*?[]/.test(text) };
}
