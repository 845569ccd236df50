/** The native client: there, ours, of this version, and told where the daemon is. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, openSync, closeSync, readFileSync, readSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

import { NATIVE_DIR } from '../run/shims.ts';
import { plural } from '../show/status.ts';
import { fail, ok, skipped, warn, word, type Check, type Finding } from './check.ts';
import { lookAt } from './look-at.ts';
import type { Scene } from './scene.ts';

/** It looks for a program called `shim`, finds none and says so. */
const RUNS_EXIT_CODE = 127;
const NOTHING_FOUND = 'shim: command not found';
const RUN_MS = 5_000;
const LINK_TARGET = '../libexec/shim';
/** `e_machine` of an ELF file. */
const MACHINES: Readonly<Record<string, number>> = { x64: 0x3e, arm64: 0xb7 };

export const CLIENT_CHECKS: readonly Check[] = [
  { id: 'client.links', group: 'Program', look: links },
  { id: 'client.binary', group: 'Program', needs: ['client.links'], look: binary },
  { id: 'client.version', group: 'Program', needs: ['client.binary'], look: version },
  { id: 'client.conf', group: 'Files', needs: ['client.links'], look: conf },
  { id: 'client.mode', group: 'Files', needs: ['client.conf', 'daemon.control'], look: mode },
];

function links({ context: { paths }, tools, reinstall }: Scene): Finding {
  if (tools.length === 0 && !existsSync(join(paths.libexec, 'shim'))) {
    return { level: 'skipped', found: 'no tools are guarded; `countersign install` guards them' };
  }
  const foreign = tools.filter((tool) => {
    const place = join(paths.shims, tool);
    return !lstatSync(place).isSymbolicLink() || readlinkSync(place) !== LINK_TARGET;
  });
  if (foreign.length > 0) return warn(`not ours in ${paths.shims}: ${foreign.join(', ')}`, `ls -l ${word(paths.shims)}`);
  if (tools.length === 0) return fail('the client is there and guards nothing', reinstall);
  const usual = ['git', 'rm', 'mv', 'cp', 'find', 'curl', 'ssh'].filter((tool) => !tools.includes(tool));
  const open = usual.length > 0 ? `; not guarded: ${usual.join(' ')}` : '';
  return ok(`${plural(tools.length, 'tool')} guarded: ${tools.join(' ')}${open}`);
} // prettier-ignore

function binary({ context: { paths }, reinstall }: Scene): Finding {
  const file = join(paths.libexec, 'shim');
  const found = lookAt(file);
  if (found === undefined) return fail(`${file} is missing; guarded commands do not run`, reinstall);
  if (!found.isFile()) return fail(`${file} is not a file`, reinstall);
  if (found.uid !== process.getuid?.()) return fail(`${file} belongs to another user`, `ls -l ${word(file)}`);
  if ((found.mode & 0o022) !== 0) return fail(`${file} can be written by others`, reinstall);
  const foreign = foreignMachine(file);
  if (foreign !== undefined) return fail(`${file} ${foreign}`, reinstall);
  const run = spawnSync(file, [], { env: { PATH: '' }, cwd: '/', timeout: RUN_MS, encoding: 'utf8' });
  // What is no program is handed to a shell, which ends with the same code.
  if (run.status === RUNS_EXIT_CODE && run.stderr.includes(NOTHING_FOUND)) return ok('the native client runs');
  const why =
    run.error?.message ??
    run.signal ??
    `it ended with ${run.status}${run.stderr === '' ? '' : `: ${run.stderr.trim()}`}`;
  return fail(`${file} does not run: ${why}`, reinstall);
}

/** Undefined when it is for this machine, or a kind of file that is not looked into. */
function foreignMachine(file: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const head = Buffer.alloc(20);
  const fd = openSync(file, 'r');
  try {
    if (readSync(fd, head) < head.length || head.toString('latin1', 0, 4) !== '\u007fELF') return 'is not a program';
  } finally {
    closeSync(fd);
  }
  const wanted = MACHINES[process.arch];
  const machine = head.readUInt16LE(18);
  return wanted === undefined || machine === wanted ? undefined : `is for another processor (machine ${machine})`;
}

function version({ context: { paths }, reinstall }: Scene): Finding {
  const ours = join(NATIVE_DIR, 'shim');
  if (!existsSync(ours)) return skipped('there is no built client to compare with');
  if (digestOf(ours) === digestOf(join(paths.libexec, 'shim'))) return ok('the client is the one of this version');
  return fail('the client is of another version than the command', reinstall);
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function conf({ context: { paths }, reinstall }: Scene): Finding {
  const file = join(paths.libexec, 'client.conf');
  const found = lookAt(file);
  if (found === undefined) return fail(`${file} is missing; guarded commands are denied`, reinstall);
  if (!found.isFile()) return fail(`${file} is not a file`, reinstall);
  if (found.uid !== process.getuid?.()) return fail(`${file} belongs to another user; guarded commands are denied`, `sudo rm ${word(file)} && ${reinstall}`);
  if ((found.mode & 0o022) !== 0) return fail(`${file} can be written by others; guarded commands are denied`, reinstall);
  const fields = fieldsOf(file);
  const wanted = { socket: paths.agentSocket, home: paths.home };
  const wrong = Object.entries(wanted).find(([name, value]) => fields.get(name) !== value);
  if (wrong !== undefined) return fail(`\`${wrong[0]}\` in client.conf is \`${fields.get(wrong[0]) ?? ''}\`, not \`${wrong[1]}\``, reinstall);
  const gone = ['node', 'daemon'].find((name) => !existsSync(fields.get(name) ?? ''));
  if (gone !== undefined) return fail(`\`${gone}\` in client.conf is gone: ${fields.get(gone) ?? ''}`, reinstall);
  return ok('the client knows where the daemon is');
} // prettier-ignore

async function mode({ context: { paths }, status, reinstall }: Scene): Promise<Finding> {
  const told = fieldsOf(join(paths.libexec, 'client.conf')).get('mode') ?? 'none';
  const { mode: inForce } = await status();
  if (told === inForce) return ok(`without a daemon clients act as in ${told} mode, as now`);
  return fail(`the daemon is in ${inForce} mode, clients without it would act as in ${told} mode`, reinstall);
}

function fieldsOf(file: string): ReadonlyMap<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.includes('='));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
} // prettier-ignore
