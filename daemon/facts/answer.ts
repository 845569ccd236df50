/** Answers one need by looking. */
import type { FactData, FactNeed, FactValue } from '../../protocol/facts.ts';
import { lookAtClean } from './git/clean-fact.ts';
import { lookAtDropped } from './git/dropped-fact.ts';
import { lookAtAlias, lookAtLost } from './git/history-facts.ts';
import { lookAtRepo } from './git/repo-fact.ts';
import { lookAtGuarded } from './guarded-fact.ts';
import { lookAtGlob } from './glob-fact.ts';
import { locationOf } from './location.ts';
import { realPathOf } from './paths.ts';
import { lookAtKubeContext } from './kube-context-fact.ts';
import { LookFailure, reasonOf, type LookContext } from './look-context.ts';
import { lookAtProcesses } from './processes-fact.ts';
import { lookAtPath } from './path-fact.ts';
import { withSurroundings } from './surroundings.ts';
import { lookAtText } from './text-fact.ts';
import { lookAtWorkspacePolicy } from './workspace-policy-fact.ts';
import { lookAtTree } from './tree/tree-fact.ts';

/** Needs that are answered by looking at the machine; the others' answers are the daemon's own. */
export type WorldNeed = Exclude<FactNeed, { kind: 'restorable' | 'session' | 'circumstances' | 'rego' }>;

export async function answer(need: WorldNeed, context: LookContext): Promise<FactValue> {
  try {
    return { known: true, data: await look(need, context) };
  } catch (error) {
    return { known: false, reason: reasonOf(error) };
  }
}

async function look(need: WorldNeed, context: LookContext): Promise<FactData> {
  refuseOddPaths(need);
  switch (need.kind) {
    case 'path':
      return lookAtPath(need.path, context);
    case 'guarded':
      return lookAtGuarded(need.paths, context);
    case 'own-processes':
      return lookAtProcesses(need.pids);
    case 'tree':
      return withSurroundings(await lookAtTree(need.path, need.only, context));
    case 'text':
      return textOf(need.path, context);
    case 'glob':
      return lookAtGlob(need.cwd, need.pattern);
    case 'repo':
      return lookAtRepo(need.cwd, context);
    case 'git-alias':
      return lookAtAlias(need.cwd, need.name, context);
    case 'git-lost':
      return lookAtLost(need.cwd, need.from, need.to, context);
    case 'git-dropped':
      return lookAtDropped(need.cwd, need.branches, context);
    case 'git-clean':
      return lookAtClean(need, context);
    case 'kube-context':
      return lookAtKubeContext(need.kubeconfig, context);
    case 'workspace-policy':
      return lookAtWorkspacePolicy(need.cwd, context);
  }
}

/** INVARIANT: keys and records of Countersign are no source, so nothing of them gets into what is told of an action. */
async function textOf(path: string, { places }: LookContext): Promise<FactData> {
  const location = locationOf({ path: await realPathOf(path), repoRoot: undefined, whole: false }, places);
  if (location === 'guard') throw new LookFailure('it belongs to Countersign');
  return lookAtText(path);
}

/** A relative path would be looked up from the worker's own folder, and bytes that are no text are no longer there. */
function refuseOddPaths(need: WorldNeed): void {
  for (const path of placesOf(need)) {
    if (!path.startsWith('/')) throw new LookFailure('the path is not absolute');
    if (path.includes('\0')) throw new LookFailure('the path holds a zero byte');
    if (path.includes('\uFFFD')) throw new LookFailure('the name is not text');
  }
}

function placesOf(need: WorldNeed): readonly string[] {
  if (need.kind === 'guarded') return need.paths;
  return 'path' in need ? [need.path] : 'cwd' in need ? [need.cwd] : [];
}
