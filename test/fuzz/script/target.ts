/** What a fuzz target of the TypeScript side is. */
import type fc from 'fast-check';

export type ScriptTarget = {
  readonly name: string;
  /** Made anew for every run, which may need to load parsers first. */
  readonly property: () => Promise<fc.IRawProperty<[unknown]>>;
};

/** Ends a run with the reason; the input is told by fast-check. */
export function must(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
