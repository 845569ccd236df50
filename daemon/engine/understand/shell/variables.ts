/** The variables of a shell. All copies together know which names were given a value since. */
import type { Word } from '../../types.ts';

/** A variable: one word, or the elements of an array. */
export type Value = Word | readonly Word[];

export class Variables extends Map<string, Value> {
  /** How often each name was given a value, in any copy. */
  readonly #assigned: Map<string, number>;

  constructor(entries: Iterable<readonly [string, Value]> = [], assigned = new Map<string, number>()) {
    super();
    this.#assigned = assigned;
    for (const [name, value] of entries) super.set(name, value);
  }

  override set(name: string, value: Value): this {
    if (this.get(name) !== value) this.#count(name);
    return super.set(name, value);
  }

  override delete(name: string): boolean {
    this.#count(name);
    return super.delete(name);
  }

  copy(): Variables {
    return new Variables(this, this.#assigned);
  }

  /** What the others hold is no new value where it is the same one. */
  become(others: Variables): void {
    for (const name of this.keys()) if (!others.has(name)) this.delete(name);
    for (const [name, value] of others) this.set(name, value);
  }

  /** Tells, whenever it is asked, the names that were given a value since now. */
  watch(): () => readonly string[] {
    const before = new Map(this.#assigned);
    return () => [...this.#assigned].filter(([name, times]) => before.get(name) !== times).map(([name]) => name);
  }

  #count(name: string): void {
    this.#assigned.set(name, (this.#assigned.get(name) ?? 0) + 1);
  }
}
