import { describe, expect, test } from 'vitest';

import { parseInput } from '../../../cli/arguments.ts';
import { UsageError, type Command } from '../../../cli/command.ts';
import { helpFor, overview } from '../../../cli/help.ts';
import { COMMAND_GROUPS, COMMANDS, resolveCommand, type CommandName } from '../../../cli/registry.ts';
import { editDistance, suggest } from '../../../cli/suggest.ts';
import { formatDuration, parseDuration } from '../../../cli/terminal/durations.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import { verifies } from '../../helpers/verifies.ts';

const plain: Command = {
  usage: ['show ID'],
  about: '',
  options: { for: { type: 'string', value: 'SCOPE', help: '' } },
  positionals: { min: 1, max: 1 },
  run: async () => 0,
};
const through: Command = { ...plain, passThrough: true, positionals: { min: 0, max: 0 } };

describe('arguments', () => {
  test('options and positionals in any order', () => {
    const input = parseInput(plain, ['7f', '--for', 'task', '--json']);
    expect([input.positionals, input.text('for'), input.flag('json'), input.flag('help')]).toEqual([['7f'], 'task', true, false]); // prettier-ignore
  });

  test.each([[[]], [['a', 'b']], [['a', '--nonsense']], [['a', '--for']]])('refuses %j', (words) => {
    expect(() => parseInput(plain, words)).toThrow(UsageError);
  });

  test(verifies('cli:pass-through'), () => {
    expect(parseInput(through, ['--for', 'x', '--', 'rm', '--for', 'y']).rest).toEqual(['rm', '--for', 'y']);
    const bare = parseInput(through, ['--json', 'rm', '--help', '--', '-x']);
    expect([bare.rest, bare.flag('json'), bare.flag('help')]).toEqual([['rm', '--help', '--', '-x'], true, false]);
    expect(parseInput(through, ['--for=x', 'a']).rest).toEqual(['a']);
    expect(parseInput(through, ['--', '--', 'a']).rest).toEqual(['--', 'a']);
  });
});

describe('commands', () => {
  test(verifies('cli:unknown-command'), () => {
    const words = Object.keys(COMMANDS);
    expect(suggest('aprove', words)).toBe('approve');
    expect(suggest('stauts', words)).toBe('status');
    expect(suggest('xyzzy', words)).toBeUndefined();
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  test('are found by one or two words', () => {
    expect(resolveCommand(['trace', 'show', 'x'])).toEqual({ kind: 'command', name: 'trace show', words: ['x'] });
    expect(resolveCommand(['agents', '--json'])).toEqual({ kind: 'command', name: 'agents list', words: ['--json'] });
    expect(resolveCommand(['trace']).kind).toBe('group');
    expect(resolveCommand(['toString']).kind).toBe('unknown');
  });

  test('all stand in the overview, once', () => {
    const listed = COMMAND_GROUPS.flatMap(({ names }) => names);
    expect(listed.toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
    expect(overview(createStyle(false))).toContain('approvers add');
  });

  test(verifies('cli:help'), async () => {
    for (const name of Object.keys(COMMANDS) as CommandName[]) {
      const command = await COMMANDS[name].load();
      const help = helpFor(command, createStyle(false));
      expect(help).toContain(`countersign ${name}`);
      expect(help).toContain('--json');
      expect(command.about.length).toBeGreaterThan(20);
      const [about = ''] = help.split('\n\n');
      expect(about.split(/\s+/), name).toEqual(command.about.split(/\s+/));
      for (const line of about.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
      expect(
        command.examples?.some((example) => example.includes(`countersign ${name}`) || name.endsWith('list')),
        name,
      ).toBe(true);
    }
  });
});

describe('durations', () => {
  test('are read and shown', () => {
    expect([parseDuration('15m'), parseDuration('2h'), parseDuration('90s'), parseDuration('7d')]).toEqual([
      900_000, 7_200_000, 90_000, 604_800_000,
    ]);
    expect([parseDuration('0m'), parseDuration('m'), parseDuration('1w')]).toEqual([undefined, undefined, undefined]);
    expect([formatDuration(-5), formatDuration(61_000), formatDuration(900_000), formatDuration(7_200_000)]).toEqual(['0 s', '61 s', '15 min', '2 h']); // prettier-ignore
  });
});
