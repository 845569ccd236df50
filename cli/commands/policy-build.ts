/** `countersign policy build`: compiles a policy in Rego into a bundle. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';

import { openEvaluator } from '../../daemon/policy/rego/evaluator.ts';
import { UsageError, type Command } from '../command.ts';
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
    for (const path of sources) if (!existsSync(path)) throw new UsageError(`there is no \`${printable(path)}\``);
    const path = input.text('path') ?? PACKAGE;
    const output = input.text('output');
    const folder = output === undefined ? context.paths.policies : resolve(context.cwd, output);
    const opa = findOpa(context.env['PATH']);
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

/** What is in force is only replaced by what loads. */
async function build(opa: string, sources: readonly string[], path: string, file: string): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  try {
    const refusal = buildBundle(opa, sources, path, fresh);
    if (refusal !== undefined) throw new Error(`\`opa\` refuses it\n${refusal}`);
    const evaluator = await openEvaluator({ bundle: readFileSync(fresh), path }, LIMIT_MS);
    await evaluator.close();
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}

function nextStep(name: string, path: string): string {
  if (name.includes('/')) return 'copy it into the folder of policies and name it in `rego.bundle` to put it in force';
  const asked = path === PACKAGE ? '' : ` and \`rego.path: ${path}\``;
  return `\`rego.bundle: ${printable(name)}\`${asked} in the settings puts it in force`;
}
