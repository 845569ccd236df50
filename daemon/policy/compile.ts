/** Turns the content of one file into what the engine can call. */
import type { CompiledLimit, CompiledRule } from '../engine/policy.ts';
import { compileLimit, compileMessages, compileSql } from './compile-bounds.ts';
import type { Compiler, Holds, IndexedRule, Parse, Report } from './compile-parts.ts';
import { compileRule } from './compile-rule.ts';
import { compileTools } from './compile-tools.ts';
import { compileLoosenings, type LooseningPart } from './loosening.ts';
import type { ParsedFile } from './parse-file.ts';
import { refuseInNamed, refuseInWorkspace, refuseLoosening, refuseMisplaced } from './refusals.ts';
import type { PolicyProblem, PolicySource } from './schema.ts';

export type CompiledFile = {
  readonly rules: readonly IndexedRule[];
  readonly actionRules: readonly CompiledRule[];
  readonly limits: readonly CompiledLimit[];
  readonly loosening: readonly LooseningPart[];
};

type Parsed = { readonly source: PolicySource; readonly parsed: ParsedFile };

export function compileFile(
  { source, parsed }: Parsed,
  parse: Parse,
  holds: Holds | undefined,
  problems: PolicyProblem[],
): CompiledFile {
  const report: Report = (path, { message, offset, suggestion }) => {
    const { line, col } = parsed.at(path, offset);
    problems.push({ file: source.file, line, col, message, ...(suggestion === undefined ? {} : { suggestion }) });
  };
  const { content } = parsed;
  const { layer } = source;
  const compiler: Compiler = { layer, report, parse, holds };
  const before = problems.length;
  if (layer === 'workspace') refuseInWorkspace(content, report);
  if (content.policy !== undefined) refuseInNamed(content, report);
  refuseMisplaced(content, layer, report);
  const tools = content.tools === undefined ? undefined : compileTools(content.tools, ['tools'], compiler);
  const loosening = compileLoosenings(content, tools?.allowances ?? [], compiler);
  const declared = [
    ...(content.sql ?? []).map((bound, index) => compileSql(bound, ['sql', index], compiler)),
    ...(content.messages ?? []).map((bound, index) => compileMessages(bound, ['messages', index], compiler)),
  ];
  const limits = (content.limits ?? []).map((limit, index) => compileLimit(limit, ['limits', index], compiler));
  // What a file that is refused would have loosened is left out with it.
  const refused = problems.length > before;
  return {
    rules: [...rulesOf(content.rules ?? [], compiler, problems), ...declared],
    actionRules: tools?.rules ?? [],
    limits,
    loosening: refused ? [] : loosening,
  };
}

/** A rule with a problem is left out; the others are compiled to find theirs. */
function rulesOf(
  rules: NonNullable<ParsedFile['content']['rules']>,
  compiler: Compiler,
  problems: readonly PolicyProblem[],
): IndexedRule[] {
  return rules.flatMap((rule, index) => {
    const before = problems.length;
    if (compiler.layer === 'workspace') refuseLoosening(rule, ['rules', index], compiler.report);
    const compiled = compileRule(rule, ['rules', index], compiler);
    return problems.length > before ? [] : [{ on: [rule.on].flat(), rule: compiled }];
  });
}
