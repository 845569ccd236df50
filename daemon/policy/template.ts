/** Fills the blanks of reasons and rewrites: `deletes ${effect.files:file} in ${targets}`. */
import type { RuleSubject } from '../engine/policy.ts';
import { counted, targetNames } from '../engine/summary.ts';
import { personalData } from './personal-data.ts';
import { FIELDS } from './vocabulary.ts';

/** A reason is one sentence in a prompt; a hostile file name must not fill the screen. */
const MAX_FILLED = 200;
const BLANK = /\$\{([a-zA-Z.]+)(?::([a-z -]+))?\}/gu;

export type Template = (subject: RuleSubject) => string;

/** Names of blanks that stand for nothing. */
export function unknownBlanks(text: string): string[] {
  return [...text.matchAll(BLANK)].map(([, name = '']) => name).filter((name) => !isKnown(name));
}

export function compileTemplate(text: string): Template {
  if (!text.includes('${')) return () => text;
  return (subject) => text.replace(BLANK, (_, name: string, noun?: string) => fill(name, noun, subject));
}

function isKnown(name: string): boolean {
  if (name === 'targets') return true;
  const [variable = '', field = ''] = name.split('.');
  return FIELDS[variable]?.includes(field) === true;
}

function fill(name: string, noun: string | undefined, subject: RuleSubject): string {
  if (name === 'targets')
    return shown(targetNames(subject.effect.targets, subject.operation.cwd) || 'an unknown target');
  const value = valueOf(name, subject);
  if (noun !== undefined) return typeof value === 'number' ? counted(value, noun) : `an unknown number of ${noun}s`;
  if (value === undefined) return 'unknown';
  if (Array.isArray(value)) return shown(value.join(', '));
  return shown(typeof value === 'string' ? value : JSON.stringify(value));
}

function valueOf(name: string, { effect, operation, action, session, circumstances }: RuleSubject): unknown {
  const [variable = '', field = ''] = name.split('.');
  const records: Record<string, object | undefined> = {
    effect: { ...effect.attributes, kind: effect.kind },
    target: effect.targets[0],
    operation,
    action,
    session: {
      secretsRead: session?.secretsRead ?? [],
      messaged: session?.messaged ?? [],
      fetched: session?.fetched ?? [],
      downloaded: session?.downloaded ?? [],
    },
    data: { personal: personalData(action) },
    user: { tier: circumstances?.userTier },
    spend: { usd: circumstances?.spentUsd },
  };
  return (records[variable] as Record<string, unknown> | undefined)?.[field];
}

/** Control characters could redraw the terminal a reason is shown in. */
function shown(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, ' ');
  return plain.length <= MAX_FILLED ? plain : `${plain.slice(0, MAX_FILLED - 1)}…`;
}
