/** A look that goes no further than one folder: for judging commands from somewhere else. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { FactNeed, FactRecord } from '../../protocol/facts.ts';
import type { Look } from './judge.ts';

/** Without such a folder on this machine everything is unknown, and nothing is looked at. */
export function boundedLook(look: Look, cwd: string): Look {
  const root = existingFolder(cwd);
  return async (needs) => {
    const inside = needs.filter((need) => isOfNoFolder(need) || (root !== undefined && staysInside(need, root, cwd)));
    const records = inside.length === 0 ? [] : await look(inside);
    const outside = needs.filter((need) => !inside.includes(need));
    return [
      ...records,
      ...outside.map((need) =>
        unknown(need, root === undefined ? 'the folder is not on this machine' : 'outside the folder'),
      ),
    ];
  };
}

function unknown(need: FactNeed, reason: string): FactRecord {
  return { need, value: { known: false, reason } };
}

/** What this session did is known wherever the folder is. */
function isOfNoFolder({ kind }: FactNeed): boolean {
  return kind === 'session' || kind === 'circumstances';
}

function staysInside(need: FactNeed, root: string, cwd: string): boolean {
  switch (need.kind) {
    case 'path':
    case 'tree':
    case 'text':
      return isWithin(need.path, root, cwd);
    case 'guarded':
    case 'restorable':
      return need.paths.every((path) => isWithin(path, root, cwd));
    case 'glob':
      return isWithin(need.cwd, root, cwd) && !need.pattern.startsWith('/') && !need.pattern.includes('..');
    case 'repo':
    case 'git-alias':
    case 'git-lost':
    case 'git-dropped':
    case 'git-clean':
      // git would walk up to a repository around the folder.
      return isWithin(need.cwd, root, cwd) && existsSync(join(root, '.git'));
    case 'kube-context':
      return need.kubeconfig !== '' && isWithin(need.kubeconfig, root, cwd);
    case 'own-processes':
      // They are of this machine, not of the folder.
      return false;
    case 'session':
    case 'circumstances':
    case 'rego':
      return true;
  }
}

/** INVARIANT: decided by where a path really leads, so that a symlink inside does not open the outside. */
function isWithin(path: string, root: string, cwd: string): boolean {
  const real = realPathOf(path);
  if (real !== undefined) return real === root || real.startsWith(`${root}/`);
  // It does not exist, so there is nothing outside to see; its name alone has to be inside.
  const named = !path.split('/').includes('..');
  return named && [root, cwd].some((folder) => path.startsWith(`${folder.replace(/\/+$/, '')}/`));
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    // Missing or unreadable: the caller goes by the name.
    return undefined;
  }
}

function existingFolder(path: string): string | undefined {
  const real = path.startsWith('/') ? realPathOf(path) : undefined;
  return real !== undefined && statSync(real).isDirectory() ? real : undefined;
}
