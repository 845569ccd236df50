/** `countersign mcp import`: clients start their MCP servers through the gateway. */
import { homedir } from 'node:os';

import { replaceFile } from '../../shims/atomic-file.ts';
import { writeSpot } from '../../shims/connect/place.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import { agrees } from '../connect/choose.ts';
import { diffLines } from '../connect/diff.ts';
import { settingsLine } from '../connect/show.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { IMPORTED_CLIENTS, settingsFiles } from '../mcp/import/clients.ts';
import { launcherOf, placeLauncher } from '../mcp/import/launcher.ts';
import { planFile, type FilePlan } from '../mcp/import/plan.ts';
import { remember } from '../mcp/import/undo.ts';
import { printable } from '../terminal/printable.ts';

export const mcpImport: Command = {
  usage: ['mcp import --client CLIENT [--undo] [--yes|--dry-run]', 'mcp import --all [--undo] [--yes|--dry-run]'],
  about:
    'Changes how clients start their MCP servers, so that every call of a tool goes through `countersign mcp wrap`: in the\n' +
    'settings of the user and of this folder. Shows every change first and asks. Comments and order stay, a copy of each\n' +
    'file is kept beside it, and doing it twice is harmless. `--undo` starts the servers as before.',
  options: {
    client: { type: 'string', value: 'CLIENT', help: `one of ${IMPORTED_CLIENTS.join(', ')}` },
    all: { type: 'boolean', help: 'every client that has settings here' },
    undo: { type: 'boolean', help: 'start the servers as before' },
    yes: { type: 'boolean', short: 'y', help: 'show it and do not ask' },
    'dry-run': { type: 'boolean', help: 'show it and change nothing' },
  },
  examples: ['countersign mcp import --all', 'countersign mcp import --client codex --undo'],
  async run(input, context) {
    const plans = plansFor(input, context);
    for (const line of plans.flatMap((plan) => linesOf(plan, context))) context.print(line);
    const open = plans.filter(({ changed }) => changed.length > 0);
    const refused = plans.some((plan) => plan.refused !== undefined);
    if (open.length === 0)
      context.print(input.flag('undo') ? 'No server is started through the gateway.' : 'Every server that is started here goes through the gateway.'); // prettier-ignore
    else if (await agrees(input, context, 'Change these files?')) {
      if (!input.flag('undo')) placeLauncher(context);
      for (const plan of open) write(plan);
      remember(
        context,
        open.map(({ file }) => file),
        input.flag('undo'),
      );
      context.print(`${context.style.green('✓')} ${open.length === 1 ? 'One file' : `${open.length} files`} changed; clients see it when they start next.`); // prettier-ignore
    } else if (!input.flag('dry-run')) return EXIT.failure;
    return refused ? EXIT.failure : EXIT.ok;
  },
};

function plansFor(input: Input, { paths, env, cwd }: Context): readonly FilePlan[] {
  const client = input.text('client');
  if ((client === undefined) !== input.flag('all')) throw new UsageError('name a client with `--client`, or say `--all`', [`known: ${IMPORTED_CLIENTS.join(' ')}`]); // prettier-ignore
  if (client !== undefined && !(IMPORTED_CLIENTS as readonly string[]).includes(client)) throw new UsageError(`no client \`${client}\``, [`known: ${IMPORTED_CLIENTS.join(' ')}`]); // prettier-ignore
  const files = settingsFiles({ home: env['HOME'] ?? homedir(), cwd, platform: process.platform, env });
  const wanted = files.filter((file) => client === undefined || file.client === client);
  const unique = wanted.filter(({ path }, at) => wanted.findIndex((one) => one.path === path) === at);
  return unique.map((file) => planFile(file, launcherOf(paths), input.flag('undo'))).filter((plan) => plan !== undefined);
} // prettier-ignore

function linesOf({ file, text, after, changed, others, refused }: FilePlan, { style }: Context): string[] {
  const head = `${style.bold(printable(file.path))} ${style.dim(file.client)}`;
  if (refused !== undefined) return [`${head}  ${style.red('left alone')}: ${printable(refused)}`];
  const hints = others.length === 0 ? [] : [style.amber(`  reached over HTTP, so not changed: ${printable(others.join(', '))}; see \`countersign mcp gateway\``)]; // prettier-ignore
  if (changed.length === 0) return hints.length === 0 ? [] : [head, ...hints];
  const paint = { '+': style.green, '-': style.red, ' ': style.dim, '…': style.dim };
  return [head, ...diffLines(text, after).map((line) => paint[line.sign](`    ${line.sign} ${settingsLine(line.text)}`)), ...hints]; // prettier-ignore
}

function write({ spot, text, after }: FilePlan): void {
  const backup = `${spot.real}.before-countersign-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
  replaceFile(backup, text, 0o600);
  writeSpot(spot, after);
}
