/** `matches` of CEL without its interpreter: the same expressions in the same engine, but compiled once. */
import { createRequire } from 'node:module';

type Re2 = typeof import('@bufbuild/re2');

/** Throws where CEL has an error instead of an answer. */
export type TextPattern = (text: string) => boolean;

/**
 * Characters a compiled pattern is tried on before it is compiled anew. INVARIANT: what it remembers of texts grows by
 * no more than a state for each of them and is bounded by that; with 10,000 states it would go on in another way than
 * CEL, which begins anew with every text.
 */
const MAX_CHARS = 4_096;

const require = createRequire(import.meta.url);
let loaded: Re2 | undefined;

/** Compiled when it is first tried: a daemon should start quickly, and most patterns never are. */
export function textPattern(source: string): TextPattern {
  let compiled: InstanceType<Re2['RE2JS']> | undefined;
  let chars = 0;
  return (text) => {
    chars += text.length;
    if (compiled === undefined || chars > MAX_CHARS) {
      loaded ??= require('@bufbuild/re2') as Re2;
      compiled = loaded.RE2JS.compile(source);
      chars = text.length;
    }
    return compiled.test(text);
  };
}
