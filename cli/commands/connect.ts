/** `countersign connect`: the clients of agents ask before they act. */
import type { Connection } from '../../protocol/connected.ts';
import type { HookClient } from '../../protocol/wire.ts';
import { clientNamed } from '../../shims/connect/clients.ts';
import { readConnected } from '../../shims/connect/record.ts';
import { Refusal } from '../../shims/connect/refusal.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import { changesAnything, connectClient, isChange } from '../connect/carry-out.ts';
import { agrees, namedClients } from '../connect/choose.ts';
import { findClients, lookFor, type FoundClient } from '../connect/found.ts';
import { prepare, type Prepared } from '../connect/prepare.ts';
import { changeLines } from '../connect/show.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { requireNativeClients } from '../run/shims.ts';
import { printable } from '../terminal/printable.ts';

export const CONNECT_OPTIONS = {
  all: { type: 'boolean', help: 'every client that is on this machine' },
  yes: { type: 'boolean', short: 'y', help: 'show it and do not ask' },
  'dry-run': { type: 'boolean', help: 'show it and change nothing' },
} as const;

const KNOWN_MAX = 7;

export const connect: Command = {
  usage: ['connect CLIENT… [--yes|--dry-run]', 'connect --all [--yes|--dry-run]'],
  about:
    "Puts a hook into the settings of an agent's client, so that every tool call is asked about before it runs: claude-code,\n" +
    'codex, gemini-cli, copilot-cli, opencode, openclaw, cursor. Shows every change first and asks. Comments, order and\n' +
    'other hooks stay as they are; a copy of each file is kept beside it. Doing it twice is harmless.',
  options: CONNECT_OPTIONS,
  examples: [
    'countersign connect claude-code',
    'countersign connect --all --dry-run',
    'countersign connect codex --yes',
  ],
  positionals: { min: 0, max: KNOWN_MAX },
  async run(input, context) {
    const { clients } = readConnected(context.paths);
    const found = clientsFor(namedClients(input), context);
    const prepared = await Promise.all(found.map((one) => prepare(one, clients[one.client.name], context)));
    if (!input.flag('json'))
      for (const line of prepared.flatMap((one) => shownLines(one, context))) context.print(line);
    const open = prepared.filter(({ refused }) => refused === undefined);
    const isWanted = open.some(changesAnything) && (await agrees(input, context, 'Change these files?'));
    const outcomes = isWanted ? await connectAll(open, context) : [];
    if (!isWanted && !input.flag('dry-run')) for (const one of open) if (isNews(one, clients[one.name])) connectClient(one, context); // prettier-ignore
    report(input, context, prepared, outcomes);
    const failed = prepared.length > open.length || outcomes.some(({ problem }) => problem !== undefined);
    const left = open.some(changesAnything) && !isWanted && !input.flag('dry-run');
    return failed || left ? EXIT.failure : EXIT.ok;
  },
};

/** What is there already is written down too, should it not have been or be of another version by now. */
function isNews(one: Prepared, known: Connection | undefined): boolean {
  return !changesAnything(one) && (known === undefined || known.version !== one.version);
}

function clientsFor(names: readonly HookClient[] | undefined, context: Context): readonly FoundClient[] {
  const found = names === undefined ? findClients(context) : names.map((name) => requireFound(name, context));
  if (found.length === 0) throw new UsageError('none of the known clients is on this machine');
  return found;
}

function requireFound(name: HookClient, context: Context): FoundClient {
  const client = clientNamed(name);
  const found = lookFor(client, context);
  if (found === undefined) throw new UsageError(`${client.title} is not on this machine: neither \`${client.programs.join('` nor `')}\` on your PATH nor its folder`); // prettier-ignore
  return found;
}

type Outcome = { readonly name: HookClient; readonly problem?: string };

async function connectAll(open: readonly Prepared[], context: Context): Promise<readonly Outcome[]> {
  await requireNativeClients(context);
  return open.map((one) => {
    try {
      connectClient(one, context);
      return { name: one.name };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { name: one.name, problem: error.message };
    }
  });
}

function shownLines(one: Prepared, { style }: Context): string[] {
  const { title, version, refused, notes, changes } = one;
  const head = `${style.bold(title)}${version === null ? '' : ` ${style.dim(version)}`}`;
  if (refused !== undefined) return [`${head}  ${style.red('left alone')}: ${printable(refused)}`];
  const hints = notes.map((note) => style.amber(`  ${printable(note)}`));
  if (!changesAnything(one)) return [`${head}  ${style.green('is connected')}`, ...hints];
  return [head, ...changeLines(changes, style), ...hints];
}

function report(input: Input, context: Context, prepared: readonly Prepared[], outcomes: readonly Outcome[]): void {
  if (input.flag('json')) {
    context.printJson({
      clients: prepared.map((one) => {
        const outcome = outcomes.find(({ name }) => name === one.name);
        const problem = one.refused ?? outcome?.problem;
        return {
          client: one.name,
          version: one.version,
          connected: problem === undefined && (outcome !== undefined || !changesAnything(one)),
          files: one.changes.map((change) => ({ path: change.spot.path, changed: isChange(change) })),
          notes: one.notes,
          ...(problem !== undefined && { problem }),
        };
      }),
    });
    return;
  }
  for (const { name, problem } of outcomes) {
    const { title } = clientNamed(name);
    if (problem !== undefined) context.print(`${context.style.red('✗')} ${title}: ${printable(problem)}`);
    else context.print(`${context.style.green('✓')} ${title} asks before it acts from its next start on.`);
  }
  if (outcomes.length > 0) context.print(context.style.dim('  countersign doctor proves it; countersign disconnect takes it out'));
} // prettier-ignore
