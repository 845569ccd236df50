/** Turns an action into the operations it would execute, with every wrapper peeled off. */
import type { Action, ExecAction, McpAction, ToolAction } from '../../../protocol/action.ts';
import type { Lookup, ParsedOperation } from '../types.ts';
import { runCommand } from './dispatch.ts';
import {
  INHERITED,
  inside,
  LimitReached,
  opaqueOperation,
  Run,
  type Certain,
  type Command,
  type Loose,
  type Place,
} from './run.ts';
import { runSource } from './shell/walk.ts';
import { UNKNOWN_CWD } from './paths.ts';
import { toolSource } from './tool-source.ts';
import { baseName, holdsSecret, staticWord } from './words.ts';
import { inheritedVariableEffects } from './wrappers/variables.ts';

/** What an action would do, as far as it can be read. */
export type Understanding = {
  readonly operations: readonly ParsedOperation[];
  readonly loose: readonly Loose[];
  readonly certain: readonly Certain[];
};

/**
 * Never throws. INVARIANT: whatever could not be followed leaves an operation with a `code.opaque` effect,
 * so a limit or a bug makes an action more suspicious, never less.
 */
export function understand(action: Action, lookup: Lookup): Understanding {
  const run = new Run(lookup, runCommand, runSource);
  const place = placeOf(action);
  try {
    follow(run, action, place);
    run.finish();
  } catch (error) {
    const reason = error instanceof LimitReached ? error.message : 'the engine failed to follow this';
    run.operations.push(opaqueOperation(place, reason));
  }
  return { operations: run.operations, loose: run.loose, certain: run.certain };
}

function placeOf(action: Action): Place {
  const { env } = action;
  const cwd = knownFolder(action.cwd);
  return { cwd, env, via: [], privileged: false, remote: undefined, effects: [], depth: 0, holes: [] };
}

/** A folder with a secret in its name is not the one that is written there. */
function knownFolder(folder: string): string {
  return holdsSecret(folder) ? UNKNOWN_CWD : folder;
}

function follow(run: Run, action: Action, place: Place): void {
  switch (action.kind) {
    case 'exec':
      return followExec(run, action, place);
    case 'tool':
    case 'mcp':
      return followTool(run, action, place);
    case 'sql':
      return emitNamed(run, place, 'sql', []);
    case 'http':
      return emitNamed(run, place, 'http', [action.method, action.url]);
  }
}

function followExec(run: Run, action: ExecAction, place: Place): void {
  const command: Command = {
    words: action.argv.map((arg) => staticWord(arg)),
    redirects: [],
    stdin: { kind: 'inherited', stdin: action.stdin },
    place,
    shell: undefined,
  };
  inheritedVariableEffects(run, place, baseName(action.argv[0] ?? ''));
  run.command(command);
  // Source without a command (a comment, an assignment) still is an action somebody may look at.
  if (run.operations.length === 0) run.emit({ ...command, words: [staticWord(':')] });
}

function followTool(run: Run, action: ToolAction | McpAction, place: Place): void {
  const name = action.kind === 'mcp' ? `mcp:${action.server}/${action.tool}` : `tool:${action.tool}`;
  const source = toolSource(action);
  if (source === undefined) return emitNamed(run, place, name, []);
  const folder = action.args['cwd'] ?? action.args['workdir'] ?? action.args['working_directory'];
  const cwd = typeof folder === 'string' && folder.startsWith('/') ? knownFolder(folder) : place.cwd;
  const within = inside(place, name, { cwd });
  if (source.kind === 'shell') run.source(source.text, within, { stdin: INHERITED });
  else run.command({ words: source.words, redirects: [], stdin: INHERITED, place: within, shell: undefined });
  if (run.operations.length === 0) emitNamed(run, within, ':', []);
  if (action.kind === 'mcp' && (action.doubts ?? []).length > 0) emitNamed(run, within, name, []);
}

/** An operation that is no program: its name is not a path, whatever characters it holds. */
function emitNamed(run: Run, place: Place, program: string, argv: readonly string[]): void {
  const operation = run.emit({
    words: argv.map((text) => staticWord(text)),
    redirects: [],
    stdin: INHERITED,
    place,
    shell: undefined,
  });
  run.operations[run.operations.length - 1] = { ...operation, program };
}
