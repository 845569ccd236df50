/** What a file may not say where it lies. */
import type { Path, Report } from './compile-parts.ts';
import type { PolicyFile, PolicyLayer, PolicyRule } from './schema.ts';

/** A repository is written by whoever wrote the code in it, the agent included: its policy may only tighten. */
export function refuseInWorkspace(content: PolicyFile, report: Report): void {
  for (const key of ['bands', 'quorum', 'loosen', 'allow', 'withdraw', 'policy'] as const) {
    if (content[key] !== undefined) report([key], { message: `a workspace policy may not set \`${key}\`` });
  }
  refuseNegative(content, report, 'a workspace policy may only add points');
  for (const level of ['low', 'medium'] as const) {
    if (content.tools?.risk?.[level] !== undefined) {
      report(['tools', 'risk', level], { message: 'a workspace policy may only rate tools `high` or `critical`' });
    }
  }
}

export function refuseLoosening(rule: PolicyRule, path: Path, report: Report): void {
  const refuse = (key: string, message: string): void => report([...path, key], { message });
  if (rule.verdict === 'compute') refuse('verdict', 'a workspace policy may not rewrite commands');
  if (rule.rewrite !== undefined) refuse('rewrite', 'a workspace policy may not rewrite commands');
  if (rule.obligations !== undefined) refuse('obligations', 'a workspace policy may not set obligations');
  if (rule.forced !== undefined) refuse('forced', 'a workspace policy may not force verdicts');
  for (const [at, modifier] of (rule.modifiers ?? []).entries()) {
    if (modifier.points < 0) {
      report([...path, 'modifiers', at, 'points'], { message: 'a workspace policy may only add points' });
    }
  }
}

/** A named policy is picked by whoever asks, the agent included: it joins in and never loosens. */
export function refuseInNamed(content: PolicyFile, report: Report): void {
  for (const key of ['loosen', 'allow', 'withdraw', 'points'] as const) {
    if (content[key] !== undefined) {
      report([key], { message: `a named policy only joins in with the others, and may not set \`${key}\`` });
    }
  }
}

/** Only an organisation stands above its users, and only Countersign's own presets lower every rule of a kind. */
export function refuseMisplaced(content: PolicyFile, layer: PolicyLayer, report: Report): void {
  const { withdraw, select, policy } = content;
  if (withdraw !== undefined && layer !== 'org') {
    report(['withdraw'], { message: 'only an organisation may withdraw what users may loosen' });
  }
  if (select !== undefined && policy === undefined) {
    report(['select'], { message: '`select` picks a named policy: give it a name with `policy`' });
  }
  if (layer === 'org' || layer === 'user') {
    refuseNegative(content, report, 'only a preset takes points off whole kinds; name rules with `loosen`');
  }
}

function refuseNegative({ points = {} }: PolicyFile, report: Report, message: string): void {
  for (const [key, value = 0] of Object.entries(points)) if (value < 0) report(['points', key], { message });
}
