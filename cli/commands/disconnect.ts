/** `countersign disconnect`: takes out of a client's settings what `connect` put there. */
import type { HookClient } from '../../protocol/wire.ts';
import { clientNamed } from '../../shims/connect/clients.ts';
import type { FileChange } from '../../shims/connect/plan.ts';
import { planDisconnect } from '../../shims/connect/plan.ts';
import { readConnected } from '../../shims/connect/record.ts';
import { Refusal } from '../../shims/connect/refusal.ts';
import type { Connection } from '../../protocol/connected.ts';
import type { Command } from '../command.ts';
import { disconnectClient } from '../connect/carry-out.ts';
import { agrees, namedClients } from '../connect/choose.ts';
import { changeLines } from '../connect/show.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';
import { CONNECT_OPTIONS } from './connect.ts';

type Leaving = {
  readonly name: HookClient;
  readonly connection: Connection;
  readonly changes: readonly FileChange[];
  readonly refused?: string;
};

export const disconnect: Command = {
  usage: ['disconnect CLIENT… [--yes|--dry-run]', 'disconnect --all [--yes|--dry-run]'],
  about:
    'Takes out of the settings of an agent\'s client exactly what `connect` put there, and leaves everything else as it is.',
  options: { ...CONNECT_OPTIONS, all: { type: 'boolean', help: 'every client that is connected' } },
  examples: ['countersign disconnect codex', 'countersign disconnect --all --yes'],
  positionals: { min: 0, max: 7 },
  async run(input, context) {
    const names = namedClients(input);
    const leaving = leavingOf(names, context);
    if (!input.flag('json')) for (const line of leaving.flatMap((one) => shownLines(one, context))) context.print(line);
    const open = leaving.filter(({ refused }) => refused === undefined);
    const isWanted = open.length > 0 && (await agrees(input, context, 'Change these files?'));
    if (isWanted) for (const { name, connection, changes } of open) disconnectClient(name, connection, changes, context);
    const strangers = (names ?? []).filter((name) => !leaving.some((one) => one.name === name));
    if (input.flag('json')) context.printJson({ disconnected: isWanted ? open.map(({ name }) => name) : [], refused: leaving.flatMap(({ name, refused }) => (refused === undefined ? [] : [{ client: name, problem: refused }])) });
    else {
      if (isWanted) for (const { name } of open) context.print(`${context.style.green('✓')} ${clientNamed(name).title} no longer asks.`);
      for (const name of strangers) context.print(`${clientNamed(name).title} is not connected.`);
      if (leaving.length === 0 && names === undefined) context.print('No client is connected.');
    }
    const left = open.length > 0 && !isWanted && !input.flag('dry-run');
    return left || open.length < leaving.length ? EXIT.failure : EXIT.ok;
  },
}; // prettier-ignore

/** For `uninstall`: what can be taken out goes, what cannot is named. */
export function disconnectAll(context: Context): { readonly gone: readonly HookClient[]; readonly left: readonly string[] } {
  const leaving = leavingOf(undefined, context);
  const open = leaving.filter(({ refused }) => refused === undefined);
  for (const { name, connection, changes } of open) disconnectClient(name, connection, changes, context);
  return { gone: open.map(({ name }) => name), left: leaving.flatMap(({ refused }) => refused ?? []) };
} // prettier-ignore

function leavingOf(names: readonly HookClient[] | undefined, { paths }: Context): readonly Leaving[] {
  const { clients } = readConnected(paths);
  const known = Object.entries(clients) as [HookClient, Connection][]; // the keys are those of the schema
  return known
    .filter(([name]) => names === undefined || names.includes(name))
    .map(([name, connection]) => {
      try {
        return { name, connection, changes: connection.files.map(planDisconnect) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { name, connection, changes: [], refused: error.message };
      }
    });
}

function shownLines({ name, changes, refused }: Leaving, { style }: Context): string[] {
  const { title } = clientNamed(name);
  if (refused !== undefined) return [`${style.bold(title)}  ${style.red('left alone')}: ${printable(refused)}`];
  return [style.bold(title), ...changeLines(changes, style)];
}
