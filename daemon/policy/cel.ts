/** The CEL library, loaded by the first condition that needs it: what was prepared before rarely does. */
import { createRequire } from 'node:module';

type Cel = typeof import('@bufbuild/cel');

const require = createRequire(import.meta.url);
let loaded: Cel | undefined;

export function cel(): Cel {
  return (loaded ??= require('@bufbuild/cel') as Cel);
}
