/** `countersign doctor`: is everything in order, and if not, what mends it. */
import { UsageError, type Command } from '../command.ts';
import { CHECKS, withNeeds } from '../doctor/checks.ts';
import { examine } from '../doctor/examine.ts';
import { doctorLines } from '../doctor/print.ts';
import { openScene } from '../doctor/scene.ts';
import { EXIT } from '../exit-codes.ts';
import { installedVersion } from '../version.ts';

export const doctor: Command = {
  usage: ['doctor [--full] [--only ID,…]'],
  about:
    'Looks at everything Countersign rests on and names what mends each fault. Changes nothing, needs no unlocking, and\n' +
    'works without a daemon. A harmless command goes through every shell to prove that it is asked about.',
  options: {
    full: { type: 'boolean', help: 'verify the whole trace, however long it is' },
    only: { type: 'string', value: 'ID,…', help: 'only these checks' },
  },
  examples: ['countersign doctor', 'countersign doctor --only shell.here,trace.verifies', 'countersign doctor --json > doctor.json'],
  async run(input, context) {
    const ids = input.text('only')?.split(',');
    const unknown = ids?.find((id) => !CHECKS.some((check) => check.id === id));
    if (unknown !== undefined) throw new UsageError(`no check \`${unknown}\`: ${CHECKS.map(({ id }) => id).join(' ')}`);
    const examined = await examine(ids === undefined ? CHECKS : withNeeds(ids), openScene(context, input.flag('full')));
    const shown = examined.filter(({ id }) => ids?.includes(id) ?? true);
    const passed = shown.every(({ level }) => level !== 'fail');
    if (input.flag('json')) context.printJson({ ok: passed, version: installedVersion(), platform: process.platform, home: context.paths.home, checks: shown });
    else for (const line of doctorLines(shown, context.style)) context.print(line);
    return passed ? EXIT.ok : EXIT.failure;
  },
}; // prettier-ignore
