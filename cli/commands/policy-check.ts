/** `countersign policy check`: does a policy load. */
import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

import { POLICIES_FOLDER } from '../../daemon/policy/built-in.ts';
import { readPolicyFolder } from '../../daemon/policy/folder.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import type { PolicyProblem, PolicySource } from '../../daemon/policy/schema.ts';
import { UsageError, type Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { policySources } from '../offline/policies.ts';
import { plural } from '../show/status.ts';
import { noteWaiting } from '../show/waiting-note.ts';
import { printable } from '../terminal/printable.ts';

export const policyCheck: Command = {
  usage: ['policy check', 'policy check PATH…'],
  about: 'Loads policy files and names every fault with file, line and column. Without a path: what lies in your folder of policies, with what comes with Countersign.',
  positionals: { min: 0, max: 100 },
  examples: ['countersign policy check', 'countersign policy check ./my-rules.yaml'],
  async run(input, context) {
    const { positionals } = input;
    const named = positionals.flatMap((path) => sourcesAt(resolve(context.cwd, path)));
    const sources = positionals.length === 0 ? policySources(context.paths) : named;
    const { policy, problems } = loadPolicies(sources);
    const files = sources.map(({ file }) => file);
    if (input.flag('json')) context.printJson({ ok: problems.length === 0, digest: policy.digest, files, problems });
    else if (problems.length > 0) for (const problem of problems) context.print(problemText(problem));
    else context.print(`${context.style.green('✓')} ${plural(files.length, 'file')} ${context.style.dim(policy.digest.slice(0, 12))}`);
    if (positionals.length === 0) await noteWaiting(context);
    return problems.length === 0 ? EXIT.ok : EXIT.failure;
  },
}; // prettier-ignore

/** A file is checked alone; a folder with everything in it. */
function sourcesAt(path: string): PolicySource[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no \`${printable(path)}\``);
  // What comes with Countersign may say what others may not.
  const layer = path.startsWith(`${POLICIES_FOLDER}/`) ? 'built-in' : 'user';
  if (found.isDirectory()) return readPolicyFolder(path, layer);
  const named = readPolicyFolder(dirname(path), layer).filter(({ file }) => basename(file) === basename(path));
  if (named.length === 0) throw new UsageError(`\`${printable(path)}\` is not a policy file`);
  return named;
}

function problemText({ file, line, col, message, suggestion }: PolicyProblem): string {
  const hint = suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`;
  return printable(`${file}:${line}:${col}: ${message}${hint}`);
}
