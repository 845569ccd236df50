/** Every target of the TypeScript side. */
import { EDGE_TARGETS } from './edges.ts';
import { ENGINE_TARGETS } from './engine.ts';
import type { ScriptTarget } from './target.ts';

export const SCRIPT_TARGETS: readonly ScriptTarget[] = [...ENGINE_TARGETS, ...EDGE_TARGETS];
