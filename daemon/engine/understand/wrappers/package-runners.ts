/** `npx rimraf src`: the package is fetched, and what it then does is what its program does. */
import type { Word } from '../../types.ts';
import { inside, INHERITED, type Command, type Run } from '../run.ts';
import { staticWord } from '../words.ts';
import { readOptions, type OptionSpec } from './options.ts';

/** Programs of packages that delete, deploy, or run another command; anything else stays a package like any other. */
const FOLLOWED: ReadonlySet<string> = new Set(`
rimraf del trash shx cross-env cross-env-shell env-cmd dotenv dotenvx concurrently npm-run-all countersign prisma wrangler vercel firebase supabase
netlify serverless sls sst cdk pulumi heroku eas drizzle-kit knex sequelize typeorm npm pnpm yarn gh-pages surge tsx ts-node node cpy move-cli degit tiged giget vite
`.trim().split(/\s+/)); // prettier-ignore

/** Packages whose program is called otherwise. */
const PROGRAM_OF: Readonly<Record<string, string>> = { __proto__: null as never, 'del-cli': 'del', 'trash-cli': 'trash', 'firebase-tools': 'firebase', 'netlify-cli': 'netlify', 'aws-cdk': 'cdk', 'sequelize-cli': 'sequelize', 'dotenv-cli': 'dotenv', '@dotenvx/dotenvx': 'dotenvx', 'eas-cli': 'eas', 'rimraf-standalone': 'rimraf' }; // prettier-ignore

const OPTIONS: OptionSpec = { short: 'pcw', long: ['package', 'call', 'workspace', 'from', 'with', 'python', 'spec', 'registry', 'shell-mode', 'pip-args', 'index-url'] }; // prettier-ignore

export function runPackageRunner(run: Run, command: Command, name: string): void {
  const verb = name === 'pipx' ? 1 : 0;
  run.emit(command);
  if (verb === 1 && command.words[1]?.text !== 'run') return;
  followPackage(run, command, name, 1 + verb);
}

/** The words from `at` on are options, a package and its arguments. */
export function followPackage(run: Run, command: Command, name: string, at: number): void {
  const { given, next } = readOptions(command.words, at, OPTIONS);
  const source = given.get('c') ?? given.get('call');
  const place = inside(command.place, name);
  if (source !== undefined && name === 'npx') return run.sourceWord(source, place, { stdin: INHERITED });
  const [first, ...rest] = command.words.slice(next);
  const program = first && programOf(first);
  if (program === undefined || !FOLLOWED.has(program)) return;
  run.command({ ...command, words: [staticWord(program), ...rest], redirects: [], place, shell: undefined });
}

function programOf({ text, dynamic }: Word): string | undefined {
  if (dynamic) return undefined;
  const bare = text.replace(/(?<=.)@[^/]*$/, '').replace(/==.*$/, '');
  return PROGRAM_OF[bare] ?? bare;
}

/** Every operand of `concurrently` is source. */
export function runConcurrently(run: Run, command: Command, name: string): void {
  run.emit(command);
  const { next } = readOptions(command.words, 1, { short: 'nlcpm', long: ['names', 'prefix', 'prefix-colors', 'max-processes', 'success', 'restart-tries'] }); // prettier-ignore
  for (const word of command.words.slice(next)) {
    if (/^(?:npm|pnpm|yarn|bun):/.test(word.text)) continue;
    run.sourceWord(word, inside(command.place, name), { stdin: INHERITED });
  }
}
