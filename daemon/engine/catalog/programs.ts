/** Every entry by program name, compiled once; and the way from a call to the effects of its entry. */
import type { EffectDraft, ParsedOperation } from '../types.ts';
import { ArgumentReader, optionTable, type Arguments, type OptionTable } from './arguments.ts';
import { backups } from './backups.ts';
import { cloud } from './cloud.ts';
import { cluster } from './cluster.ts';
import { containers } from './containers.ts';
import { coreutils } from './coreutils.ts';
import { databases } from './databases.ts';
import { development } from './development.ts';
import { disk } from './disk.ts';
import type { Call, CatalogContext, Catalog, Condition, Entry, Rule, Style } from './entry.ts';
import { find } from './find.ts';
import { forge } from './forge.ts';
import { git } from './git.ts';
import { guard } from './guard.ts';
import { handedSecrets } from './handed.ts';
import { infra } from './infra.ts';
import { messaging } from './messaging.ts';
import { migrations } from './migrations.ts';
import { network } from './network.ts';
import { packages } from './packages.ts';
import { payments } from './payments.ts';
import { publishing } from './publishing.ts';
import { readers } from './readers.ts';
import { draft } from './rules.ts';
import { secrets } from './secrets.ts';
import { senders } from './senders.ts';
import { serviceClients } from './service-clients.ts';
import { sockets } from './sockets.ts';
import { system } from './system.ts';
import { windows } from './windows.ts';

type Compiled = {
  readonly table: OptionTable;
  readonly style: Style;
  readonly commands: ReadonlyMap<string, Compiled> | undefined;
  readonly effects: Entry['effects'];
  readonly dryRun: Condition | undefined;
};

const ALL = [
  readers, coreutils, disk, find, git, forge, containers, cluster, infra, cloud, databases, packages, development,
  network, sockets, system, secrets, windows, migrations, backups, messaging, payments, publishing, serviceClients, senders, guard,
]; // prettier-ignore

const PROGRAMS: ReadonlyMap<string, Compiled> = new Map(
  ALL.flatMap((catalog) => [...compile(catalog, new Map(), 'gnu')]),
);

/** Programs also go by versioned and Windows names: `python3.12`, `pip3`, `git.exe`. */
const VERSIONED = /(?:\.exe|-?\d[\d.]*)$/;

export function programEffects(operation: ParsedOperation, context: CatalogContext): readonly EffectDraft[] {
  const program = entryOf(operation.program);
  if (program === undefined) return unknown(operation);
  const reader = new ArgumentReader(operation.words);
  const { found, unseen } = descend(program, reader);
  const args = reader.rest(found.table, found.style);
  if (onlyAsks(args)) return [];
  const call: Call = { operation, context, args };
  const effects = rehearsed(found, call, apply(found.effects, call));
  return unseen
    ? [...effects, draft('code.opaque', [{ kind: 'resource', name: operation.program, dynamic: true }])]
    : effects;
}

/** `--help` alone, or `--version` with nothing else: with more it could be the value of another option. */
function onlyAsks({ options, operands }: Arguments): boolean {
  if (options.size !== 1) return false;
  return options.get('help')?.length === 0 || (operands.length === 0 && options.get('version')?.length === 0);
}

/** Follows the subcommands as far as the entry knows them; `unseen` when one is only known at run time. */
function descend(start: Compiled, reader: ArgumentReader): { readonly found: Compiled; readonly unseen: boolean } {
  let current = start;
  while (current.commands !== undefined) {
    const word = reader.head(current.table, current.style);
    const unseen = word?.dynamic === true;
    const next = word === undefined || unseen ? undefined : current.commands.get(word.text);
    if (next === undefined) return { found: current, unseen };
    reader.skip();
    current = next;
  }
  return { found: current, unseen: false };
}

function apply(effects: Entry['effects'], call: Call): readonly EffectDraft[] {
  if (effects === undefined) return unknown(call.operation);
  if (typeof effects === 'function') return effects(call);
  return effects.flatMap((rule: Rule) => rule(call));
}

function rehearsed(entry: Compiled, call: Call, effects: readonly EffectDraft[]): readonly EffectDraft[] {
  if (entry.dryRun?.(call) !== true || saysOtherwise(call)) return effects;
  return effects.map((effect) => ({ ...effect, attributes: { ...effect.attributes, dryRun: true } }));
}

/** `--dry-run=false` and `--dry-run --no-dry-run` run for real. */
function saysOtherwise({ args }: Call): boolean {
  const values = [...args.options].flatMap(([name, given]) => (name.startsWith('dry') ? given : []));
  return args.options.has('no-dry-run') || values.some(({ text }) => /^(?:false|none|no|0|f)$/i.test(text));
}

function unknown(operation: ParsedOperation): readonly EffectDraft[] {
  const runs = draft('code.run', [{ kind: 'resource', name: operation.program }], { unknownProgram: true });
  return [runs, ...handedSecrets(operation)];
}

/** Whether an entry says what the program does. */
export function isCatalogued(name: string): boolean {
  return entryOf(name) !== undefined;
}

function entryOf(name: string): Compiled | undefined {
  return PROGRAMS.get(name) ?? PROGRAMS.get(name.toLowerCase().replace(VERSIONED, ''));
}

/** Subcommands inherit the options, the style and the rehearsal of what they belong to. */
function compile(catalog: Catalog, inherited: OptionTable, style: Style, dryRun?: Condition): Map<string, Compiled> {
  const compiled = new Map<string, Compiled>();
  for (const [names, entry] of Object.entries(catalog)) {
    const table = entry.options === undefined ? inherited : optionTable(entry.options, inherited);
    const own = entry.style ?? style;
    const rehearses = entry.dryRun ?? dryRun;
    const commands =
      entry.commands === undefined
        ? undefined
        : compile(entry.commands, entry.separate === true ? new Map() : table, own, rehearses);
    for (const name of names.split(' '))
      compiled.set(name, { table, style: own, commands, effects: entry.effects, dryRun: rehearses });
  }
  return compiled;
}
