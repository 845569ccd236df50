/** The pages of the rules that come with Countersign: the default policy, presets and packs. */
import { join } from 'node:path';

import { parse } from 'yaml';

import { POLICIES_FOLDER } from '../../daemon/policy/built-in.ts';
import { readPolicyFolder } from '../../daemon/policy/folder.ts';
import { PolicyFile, type PolicyRule } from '../../daemon/policy/schema.ts';
import { code, page, sentence, table } from './markdown.ts';

export function rulesPage(): string {
  const files = readPolicyFolder(join(POLICIES_FOLDER, 'default'), 'built-in');
  const topics = files.map(({ text }) => ({ title: titleOf(text), rules: contentOf(text).rules ?? [] }));
  return page(
    'Rules',
    'The built-in rules. The strongest one that matches makes the score, with its modifiers; `countersign policy explain RULE` ' +
      'shows one in full.',
    ...topics.flatMap(({ title, rules }) => [
      `## ${title}`,
      table(['rule', 'points', 'effects', 'reason'], rules.flatMap(ruleRows)),
    ]),
  );
}

export function packsPage(): string {
  const packs = readPolicyFolder(join(POLICIES_FOLDER, 'packs'), 'built-in').map(({ file, text }) => ({
    name:
      file
        .split('/')
        .at(-1)
        ?.replace(/\.yaml$/, '') ?? '',
    content: contentOf(text),
  }));
  const presets = readPolicyFolder(join(POLICIES_FOLDER, 'presets'), 'built-in').map(({ file, text }) => {
    const { about = '', bands = {}, points = {} } = contentOf(text);
    const { low = 30, medium = 60, high = 80 } = bands;
    const weights = Object.entries(points)
      .map(([kind, value]) => `${code(kind)} ${value}`)
      .join(', ');
    return [
      code(
        file
          .split('/')
          .at(-1)
          ?.replace(/\.yaml$/, '') ?? '',
      ),
      about,
      `${low} · ${medium} · ${high}`,
      weights,
    ];
  });
  return page(
    'Presets and packs',
    'A preset says how careful the built-in rules are as a whole (`countersign policy preset NAME`); a pack adds rules for a ' +
      'trade (`policy.packs` in `config.yaml`).',
    '## Presets',
    table(['preset', 'what it is for', 'bands end at', 'points added'], presets),
    ...packs.flatMap(({ name, content }) => [
      `## ${name}`,
      sentence(content.about ?? ''),
      table(
        ['rule', 'points', 'effects', 'reason'],
        [...(content.rules ?? []).flatMap(ruleRows), ...boundRows(content)],
      ),
    ]),
  );
}

function ruleRows({ id, points, on, reason, verdict, modifiers = [] }: PolicyRule): string[][] {
  const forced = verdict === undefined ? '' : ` (${verdict})`;
  return [
    [code(id), String(points), [on].flat().map(code).join(', '), `${reason}${forced}`],
    ...modifiers.map((one) => [`└ ${code(one.id)}`, `${one.points > 0 ? '+' : ''}${one.points}`, '', one.reason]),
  ];
}

function boundRows({ messages = [], sql = [], limits = [] }: PolicyFile): string[][] {
  const bounds = [...messages, ...sql].map(({ id, points, reason = '' }) => [code(id), String(points), '', reason]);
  return [
    ...bounds,
    ...limits.map(({ id, per, actions, reason = '' }) => [
      code(id),
      '',
      '',
      `${reason} (limit: ${actions ?? ''} a ${per})`,
    ]),
  ];
}

function contentOf(text: string): PolicyFile {
  return PolicyFile.parse(parse(text));
}

/** The first words of the comment that a file begins with. */
function titleOf(text: string): string {
  return /^# (.+?)[.:]/u.exec(text)?.[1] ?? '';
}
