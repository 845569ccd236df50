/** `countersign install`: guards commands in every shell of this user. */
import { homedir } from 'node:os';

import { installStartFiles, type ShellName } from '../../shims/install.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { word } from '../doctor/check.ts';
import { findProgram } from '../run/find-program.ts';
import { ensureNativeClients, installTools, ownTools } from '../run/shims.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';

export const SHELLS: readonly ShellName[] = ['bash', 'zsh', 'fish'];

export const install: Command = {
  usage: ['install [--tools NAME,…] [--shells bash,zsh,fish]'],
  about: 'Puts a shim for each guarded tool first in PATH, in the start files of your shells. Doing it twice is harmless.',
  options: {
    tools: { type: 'string', value: 'NAME,…', help: 'only these; all that are known and there unless given' },
    shells: { type: 'string', value: 'NAME,…', help: 'only these shells; bash, zsh and fish unless given' },
  },
  examples: ['countersign install', 'countersign install --tools git,rm,psql --shells zsh'],
  async run(input, context) {
    const shells = shellsOf(input);
    const tools = listOf(input, 'tools');
    requirePresent(tools, context);
    const clients = ensureNativeClients(context);
    if (!clients.ok) throw new Error(clients.reason);
    const before = ownTools(context.paths.shims);
    const { installed, skipped } = await installTools(context, tools);
    const dropped = before.filter((tool) => !installed.includes(tool));
    const files = installStartFiles(context.env['HOME'] ?? homedir(), context.paths.shims, shells);
    if (input.flag('json')) {
      context.printJson({ shims: context.paths.shims, installed, skipped, dropped, files });
      return EXIT.ok;
    }
    const { dim } = context.style;
    context.print(`Guarding ${plural(installed.length, 'tool')} in new shells. ${dim('countersign uninstall takes it out.')}`);
    context.print(dim(`  ${installed.join(' ')}`));
    if (dropped.length > 0) context.print(`No longer guarded: ${dropped.join(' ')}`);
    if (skipped.length > 0) context.print(dim(`  not on this machine: ${skipped.join(' ')}`));
    for (const file of files) context.print(dim(`  ${printable(file)}`));
    if (!isGuarded(context)) context.print(`This one is not yet: open a new terminal, or: export PATH=${word(context.paths.shims)}:"$PATH"`);
    return EXIT.ok;
  },
}; // prettier-ignore

function isGuarded({ env, paths }: Context): boolean {
  return (env['PATH'] ?? '').split(':')[0] === paths.shims;
}

/** A tool that was named and is not there is a slip of the keyboard: it would go unguarded without a word. */
function requirePresent(tools: readonly string[] = [], { env, paths, cwd }: Context): void {
  const path = (env['PATH'] ?? '').split(':').filter((folder) => folder !== paths.shims).join(':');
  const absent = tools.filter((tool) => tool.includes('/') || findProgram(tool, path, cwd) === undefined);
  if (absent.length > 0) throw new UsageError(`not on your PATH: ${absent.map((tool) => `\`${printable(tool)}\``).join(', ')}`);
} // prettier-ignore

export function shellsOf(input: Input): readonly ShellName[] {
  const named = listOf(input, 'shells');
  if (named === undefined) return SHELLS;
  const unknown = named.find((name) => !SHELLS.some((shell) => shell === name));
  if (unknown !== undefined) throw new UsageError(`\`${unknown}\` is not one of ${SHELLS.join(', ')}`);
  return SHELLS.filter((shell) => named.includes(shell));
}

function listOf(input: Input, name: string): string[] | undefined {
  const words = input.text(name)?.split(/[\s,]+/).filter((word) => word !== ''); // prettier-ignore
  if (words?.length === 0) throw new UsageError(`\`--${name}\` names nothing`);
  return words;
}
