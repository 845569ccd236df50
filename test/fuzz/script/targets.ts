/** Every target of the TypeScript side. */
import { EDGE_TARGETS } from './edges.ts';
import { ENGINE_TARGETS } from './engine.ts';
import { MCP_TARGETS } from './mcp.ts';
import type { ScriptTarget } from './target.ts';
import { UNTRUSTED_TARGETS } from './untrusted.ts';

export const SCRIPT_TARGETS: readonly ScriptTarget[] = [
  ...ENGINE_TARGETS,
  ...EDGE_TARGETS,
  ...UNTRUSTED_TARGETS,
  ...MCP_TARGETS,
];
