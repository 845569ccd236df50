import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, readyCli, succeed, type Ended } from './cli.ts';

type Mistake = { readonly words: readonly string[]; readonly says: string };

const MISTAKES: readonly Mistake[] = [
  { words: ['pause', '99h', '--reason', 'lunch'], says: 'at most 8h' },
  { words: ['pause', '-5m', '--reason', 'lunch'], says: '`-5m` is neither an option nor a value' },
  { words: ['policy', 'check', '/nope'], says: 'there is no `/nope`' },
  { words: ['policy', 'check', '/etc/hostname'], says: 'is not a policy file' },
];

describe('what cannot be carried out as written', () => {
  test.each(MISTAKES)('$words', async ({ words, says }) => {
    const cli = cliWithHome();
    const { exitCode, stderr } = await cli.run(words);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)]);
    const command = words[0] === 'policy' ? 'policy check' : words[0];
    expect(stderr).toContain(`try \`countersign ${command} --help\``);
    expect(existsSync(cli.home)).toBe(false);
  });

  test(verifies('cli:json-errors'), async () => {
    const cli = cliWithHome();
    expect(errorOf(await cli.run(['approve', '--json']))).toMatchObject({ code: 'usage', title: expect.any(String), detail: expect.any(String), hint: 'try `countersign approve --help`' }); // prettier-ignore
    expect(errorOf(await cli.run(['status', '--json']))).toMatchObject({ code: 'daemon_unreachable', title: expect.any(String), detail: expect.any(String), hint: expect.any(String) }); // prettier-ignore
  });
});

describe('without a terminal or a pause', () => {
  test(verifies('cli:unlock-needs-terminal'), async () => {
    const cli = await readyCli();
    await succeed(cli, ['lock']);
    const { exitCode, stderr } = await cli.run(['unlock']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('`--passphrase-file FILE`')]);
    expect(stderr).not.toContain('run `countersign unlock`');
  });

  test('resume with nothing paused says so and is no failure', async () => {
    const cli = await readyCli();
    expect((await succeed(cli, ['resume'])).stdout).toContain('Nothing is paused.');
    expect(await cli.json(['resume'])).toMatchObject({ pausedUntil: null });
  });
});

function errorOf({ stdout }: Ended): unknown {
  return (JSON.parse(stdout) as { error: unknown }).error;
}
