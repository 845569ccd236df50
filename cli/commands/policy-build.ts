/** `countersign policy build`: compiles a policy in Rego into a bundle. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

import { openEvaluator } from '../../daemon/policy/rego/evaluator.ts';
import { UsageError, type Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { buildBundle, findOpa } from '../offline/opa.ts';
import { printable } from '../terminal/printable.ts';

const PACKAGE = 'countersign';
/** Nothing is evaluated, only loaded. */
const LIMIT_MS = 1_000;

export const policyBuild: Command = {
  usage: ['policy build FILE… [-o DIR] [--path PATH]'],
  about:
    'Compiles Rego and the JSON or YAML data beside it into an OPA bundle, with the `opa` on your path, and tries that it\n' +
    'loads. It goes into your folder of policies and is named after the first file; the setting `rego.bundle` puts it in force.',
  options: {
    output: { type: 'string', short: 'o', value: 'DIR', help: 'another folder' },
    path: { type: 'string', value: 'PATH', help: `what is asked, as in \`rego.path\`; the package \`${PACKAGE}\` unless given` },
  },
  examples: ['countersign policy build house.rego', 'countersign policy build house.rego frozen.json -o build'],
  positionals: { min: 1, max: 100 },
  async run(input, context) {
    const sources = input.positionals.map((path) => resolve(context.cwd, path));
    for (const path of sources) requireUsable(path);
    const path = input.text('path') ?? PACKAGE;
    const output = input.text('output');
    const folder = output === undefined ? context.paths.policies : resolve(context.cwd, output);
    const opa = findOpa(context.env['PATH'], workOf(context, sources));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${basename(sources[0] ?? '').replace(/\.rego$/, '')}.tar.gz`);
    await build(opa, sources, path, file);
    if (input.flag('json')) context.printJson({ file, path });
    else {
      context.print(`${context.style.green('✓')} ${printable(file)}`);
      context.print(context.style.dim(nextStep(relative(context.paths.policies, file), path)));
    }
    return EXIT.ok;
  },
}; // prettier-ignore

/** Where agents work; a home holds its owner's own programs as well. */
function workOf({ cwd, env }: Context, sources: readonly string[]): readonly string[] {
  const home = `${env['HOME'] ?? ''}/`;
  return [cwd, ...sources.map((path) => dirname(path))].filter(
    (folder) => !home.startsWith(`${folder}/`) && folder !== '/',
  );
}

function requireUsable(path: string): void {
  if (!existsSync(path)) throw new UsageError(`there is no \`${printable(path)}\``);
  // What stands before it would be taken for the place of the data, and another file would be read.
  if (path.includes(':'))
    throw new UsageError(`\`${printable(path)}\`: a colon means something else to \`opa\`; rename it`);
}

/** What is in force is only replaced by what loads. */
async function build(opa: string, sources: readonly string[], path: string, file: string): Promise<void> {
  // A folder of one's own: nobody can lay a link under a name that nobody knows.
  const scratch = mkdtempSync(join(dirname(file), '.build-'));
  const fresh = join(scratch, 'bundle.tar.gz');
  try {
    const refusal = buildBundle(opa, sources, path, fresh);
    if (refusal !== undefined) throw new Error(`\`opa\` refuses it\n${refusal}`);
    const evaluator = await openEvaluator({ bundle: readFileSync(fresh), path }, LIMIT_MS);
    await evaluator.close();
    renameSync(fresh, file);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function nextStep(name: string, path: string): string {
  if (name.includes('/')) return 'copy it into the folder of policies and name it in `rego.bundle` to put it in force';
  const asked = path === PACKAGE ? '' : ` and \`rego.path: ${path}\``;
  return `\`rego.bundle: ${printable(name)}\`${asked} in the settings puts it in force`;
}
