/** A policy as a command names it: the one in force, a preset, a pack, or a folder in the place of the user's. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';

import { sourcesInForce } from '../../daemon/policy/built-in.ts';
import type { PolicySource } from '../../daemon/policy/schema.ts';
import { PolicyPack, Preset } from '../../protocol/config.ts';
import { UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { printable } from '../terminal/printable.ts';
import { choiceOf, policySources, sourcesWith } from './policies.ts';

const CURRENT = 'current';
const PRESETS = Preset.options.map((name) => `preset:${name}`);

export function sourcesNamed(name: string, { paths, cwd }: Context): PolicySource[] {
  if (name === CURRENT) return policySources(paths);
  const choice = choiceOf(paths);
  const [kind, rest] = name.split(':', 2);
  const preset = Preset.safeParse(rest);
  if (kind === 'preset' && preset.success) return sourcesInForce({ ...choice, preset: preset.data }, paths.policies);
  const pack = PolicyPack.safeParse(rest);
  if (kind === 'pack' && pack.success) {
    return sourcesInForce({ ...choice, packs: [...new Set([...choice.packs, pack.data])] }, paths.policies);
  }
  const folder = resolve(cwd, name);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`\`${printable(name)}\` is no preset (${PRESETS.join(', ')}), no pack and no folder`);
  return sourcesWith(paths, folder);
}
