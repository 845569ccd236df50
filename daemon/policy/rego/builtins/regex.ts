/** `regex.replace` of Rego: Go's expressions and templates in words of JavaScript's. */

/** Whoever evaluates this can be ended, so an expression that takes for ever only costs its time. */
export function replaceAll(text: unknown, pattern: unknown, template: unknown): string | undefined {
  if (typeof text !== 'string' || typeof pattern !== 'string' || typeof template !== 'string') return undefined;
  const expression = compile(pattern);
  return expression && text.replace(expression, (...found: unknown[]) => expand(template, found));
}

function compile(pattern: string): RegExp | undefined {
  const leading = /^\(\?([ims]+)\)/.exec(pattern);
  const source = pattern.slice(leading?.[0].length ?? 0).replaceAll('(?P<', '(?<');
  try {
    return new RegExp(source, `gu${[...new Set(leading?.[1] ?? '')].join('')}`);
  } catch {
    // Not an expression: undefined, as OPA answers.
    return undefined;
  }
}

const REFERENCE = /\$(?:\$|\{(\w+)\}|(\w+))/g;

/** As Go does: `$1x` is the group named `1x`, which is nothing. */
function expand(template: string, found: readonly unknown[]): string {
  const named = found.at(-1);
  const groups = typeof named === 'object' && named !== null ? (named as Record<string, string | undefined>) : {};
  const numbered = found.slice(
    0,
    found.findIndex((value) => typeof value === 'number'),
  );
  return template.replace(REFERENCE, (whole: string, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    const name = braced ?? bare ?? '';
    const value = /^\d+$/.test(name) ? numbered[Number(name)] : groups[name];
    return typeof value === 'string' ? value : '';
  });
}
