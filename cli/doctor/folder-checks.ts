/** The folders: private, ours, and the same for every part. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parsePaths, type Paths } from '../../protocol/paths.ts';
import { fail, ok, skipped, warn, word, type Check, type Finding } from './check.ts';
import { lookAt } from './look-at.ts';
import type { Scene } from './scene.ts';

const PRIVATE = ['home', 'keys', 'run', 'libexec', 'witness'] as const satisfies readonly (keyof Paths)[];

export const FOLDER_CHECKS: readonly Check[] = [
  ...PRIVATE.map((name): Check => ({
    id: `folder.${name}`,
    group: 'Files',
    ...(name !== 'home' && { needs: ['folder.home'] }),
    look: ({ context }) => privateFolder(context.paths[name], name),
  })),
  { id: 'folder.agreed', group: 'Files', needs: ['folder.libexec'], look: agreed },
];

function privateFolder(folder: string, name: (typeof PRIVATE)[number]): Finding {
  const found = lookAt(folder);
  if (found === undefined) {
    if (name === 'home' || name === 'keys') return fail(`there is no ${folder}; nothing is set up`, 'countersign setup');
    return skipped('not there yet');
  }
  const quoted = word(folder);
  if (found.isSymbolicLink()) return fail(`${folder} is a symbolic link, which the daemon refuses`, `ls -ld ${quoted}`);
  if (!found.isDirectory()) return fail(`${folder} is not a folder`, `mv ${quoted} ${quoted}.aside && countersign setup`);
  if (found.uid !== process.getuid?.()) return fail(`${folder} belongs to another user (${found.uid})`, `sudo chown -R "$(id -u)" ${quoted}`);
  const mode = found.mode & 0o777;
  if ((mode & 0o077) !== 0) return fail(`${folder} is open to others (mode ${octal(mode)})`, `chmod 700 ${quoted}`);
  if ((mode & 0o700) !== 0o700) return fail(`${folder} is closed to you (mode ${octal(mode)})`, `chmod 700 ${quoted}`);
  return ok(folder);
} // prettier-ignore

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

/** The folders of the environment can change; those of native clients and of the service were fixed. */
function agreed({ context: { paths }, reinstall }: Scene): Finding {
  const file = join(paths.libexec, 'paths.json');
  if (!existsSync(file)) return skipped('no folders were fixed for native clients');
  const fixed = parsePaths(readFileSync(file, 'utf8'));
  const other = (Object.keys(fixed) as (keyof Paths)[]).find((name) => fixed[name] !== paths[name]);
  if (other === undefined) return ok('this terminal, the clients and the service use the same folders');
  return warn(`\`${other}\` is ${paths[other]} here and ${fixed[other]} for the clients`, reinstall);
}
