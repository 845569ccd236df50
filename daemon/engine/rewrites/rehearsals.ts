/** Forms of a command that only show what it would do. */

export function kubectlDryRun(argv: readonly string[]): readonly string[] | undefined {
  if (!argv.includes('delete') || argv.some((word) => word.startsWith('--dry-run'))) return undefined;
  const end = argv.indexOf('--');
  const at = end < 0 ? argv.length : end;
  return [...argv.slice(0, at), '--dry-run=server', ...argv.slice(at)];
}

/** Options that `plan` does not have. */
const NOT_OF_PLAN = /^--?(?:auto-approve|backup|state-out)(?:=|$)/;

/** A saved plan has been seen already, and only `apply` takes one. */
export function terraformPlan(argv: readonly string[]): readonly string[] | undefined {
  const at = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  const command = argv[at];
  if (command !== 'destroy' && command !== 'apply') return undefined;
  const rest = argv.slice(at + 1);
  if (rest.some((word, index) => !word.startsWith('-') && !takesValue(rest[index - 1]))) return undefined;
  const kept = rest.filter((word) => !NOT_OF_PLAN.test(word));
  return [...argv.slice(0, at), 'plan', ...(command === 'destroy' ? ['-destroy'] : []), ...kept];
}

function takesValue(word: string | undefined): boolean {
  return word !== undefined && /^--?(?:var|var-file|target|replace|state|parallelism|lock-timeout)$/.test(word);
}
