/** Every source file that is under version control or about to be, with what it imports and exports. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { parseSync } from 'oxc-parser';

import { ROOT } from '../../build/root.ts';

export type Source = {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Our own files, from the root. */
  readonly files: readonly string[];
  /** Packages and Node's modules. */
  readonly packages: readonly string[];
  readonly hasDefaultExport: boolean;
};

/** The parser's name for it, which is a constant of its types alone. */
const DEFAULT_EXPORT: readonly string[] = ['Default'];

const SOURCE = /\.(ts|tsx|js)$/;
/** Tests of the SDKs in other languages. */
const FOREIGN_TEST = /(^|\/)(test_\w+\.py|\w+_test\.go)$/;

export function readSources(): Source[] {
  return listed(SOURCE).map(readSource);
}

/** They cite what they prove as our own tests do: `verifies("area:thing")`. */
export function readForeignTests(): string[] {
  return listed(FOREIGN_TEST).map((path) => readFileSync(join(ROOT, path), 'utf8'));
}

function listed(name: RegExp): string[] {
  const all = git('ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate');
  const deleted = new Set(git('ls-files', '--deleted'));
  return all.filter((path) => name.test(path) && !deleted.has(path));
}

function git(...words: string[]): string[] {
  return execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);
}

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) =>
      literal(text.slice(moduleRequest.start, moduleRequest.end)),
    ),
  ];
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    files: specifiers.filter(isRelative).map((specifier) => normalize(join(dirname(path), specifier))),
    packages: specifiers.filter((specifier) => !isRelative(specifier)),
    hasDefaultExport: module.staticExports.some(({ entries }) =>
      entries.some(({ exportName }) => DEFAULT_EXPORT.includes(exportName.kind)),
    ),
  };
}

/** A computed import names nothing to check. */
function literal(expression: string): string[] {
  const quoted = /^(['"`])([^$]*)\1$/.exec(expression);
  return quoted?.[2] === undefined ? [] : [quoted[2]];
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}
