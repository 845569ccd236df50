/** Actions that are no programs: tools of agents, SQL and HTTP requests. */
import type { EffectDraft, ParsedOperation } from '../../types.ts';
import { databaseEnvironment, sqlEffects } from '../database-sql.ts';
import { toolSource } from '../../understand/tool-source.ts';
import type { CatalogContext } from '../entry.ts';
import { requestEffects } from '../network.ts';
import { doubtEffects, serverEffects } from './server.ts';
import { toolEffects } from './tool-effects.ts';

/** `undefined` for a program: the catalog of programs knows it. */
export function actionEffects(operation: ParsedOperation, context: CatalogContext): readonly EffectDraft[] | undefined {
  const { action } = context;
  // A tool that runs a shell command has been peeled into operations of that command.
  if (operation.program.startsWith('tool:') && action.kind === 'tool') {
    return toolEffects({ ...action, cwd: operation.cwd }, context);
  }
  if (operation.program.startsWith('mcp:') && action.kind === 'mcp') {
    const called = (): readonly EffectDraft[] => toolEffects({ ...action, cwd: operation.cwd }, context);
    // What a tool runs was peeled into operations of their own; this one is left for its doubts.
    const own = toolSource(action) === undefined ? (serverEffects(action) ?? called()) : [];
    return [...own, ...doubtEffects(action)];
  }
  if (operation.program === 'sql' && action.kind === 'sql') {
    const targets = action.database === undefined ? [] : [{ kind: 'database' as const, name: action.database }];
    const environment = databaseEnvironment(action.host ?? (action.dialect === 'sqlite' ? '' : 'unknown'), [action.database]); // prettier-ignore
    return sqlEffects(action.source, action.dialect, { targets, environment }, context);
  }
  if (operation.program === 'http' && action.kind === 'http') {
    const url = { text: action.url, dynamic: false, glob: false };
    return requestEffects(action.method.toUpperCase(), [url]);
  }
  return undefined;
}
