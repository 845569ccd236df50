/** Reads targets, prerequisites and recipes out of a Makefile or justfile; a sketch, not an implementation of make. */

export type Recipe = { readonly needs: readonly string[]; readonly lines: readonly string[] };
export type Recipes = { readonly first: string | undefined; readonly byTarget: ReadonlyMap<string, Recipe> };

const RULE = /^([^\s:#=][^:#=]*?)\s*::?(?![:=])\s*([^=]*)$/;
const ASSIGNMENT = /^(?:export\s+)?([\w.-]+)\s*(?::{1,3}|\?)?=\s*(.*)$/;

export function readRecipes(text: string, given: ReadonlyMap<string, string>): Recipes {
  const variables = new Map<string, string>();
  const byTarget = new Map<string, { needs: string[]; lines: string[] }>();
  let first: string | undefined;
  let current: { needs: string[]; lines: string[] }[] = [];
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    if (/^(?:\t| {2,})\S/.test(line)) {
      for (const recipe of current) recipe.lines.push(line.trim());
      continue;
    }
    if (line.trim() === '' || line.startsWith('#')) continue;
    const assignment = ASSIGNMENT.exec(line);
    if (assignment?.[1]) {
      variables.set(assignment[1], assignment[2]?.replace(/\s+#.*$/, '') ?? '');
      current = [];
      continue;
    }
    const rule = RULE.exec(line);
    if (!rule) continue;
    const [needs = '', inline] = (rule[2] ?? '').split(/;(.*)/s);
    const names = (rule[1] ?? '').split(/\s+/);
    current = names.map((name) => {
      const recipe = byTarget.get(name) ?? { needs: [], lines: [] };
      recipe.needs.push(...needs.split(/\s+/).filter((need) => need !== '' && need !== '|'));
      if (inline) recipe.lines.push(inline.trim());
      byTarget.set(name, recipe);
      return recipe;
    });
    if (first === undefined && !names[0]?.startsWith('.') && !names[0]?.includes('%')) [first] = names;
  }
  const known = new Map([...variables, ...given]);
  return { first, byTarget: new Map([...byTarget].map(([name, recipe]) => [name, finish(recipe, known, name)])) };
}

function finish(
  recipe: { needs: string[]; lines: string[] },
  variables: ReadonlyMap<string, string>,
  target: string,
): Recipe {
  // prettier-ignore
  const lines = recipe.lines.map((line) => expandLine(line.replace(/^[@+-]+\s*/, ''), variables, target));
  return { needs: recipe.needs.map((need) => expandLine(need, variables, target)), lines };
}

const DEFAULTS: Readonly<Record<string, string>> = {
  MAKE: 'make',
  RM: 'rm -f',
  CC: 'cc',
  CXX: 'c++',
  SHELL: 'sh',
  AR: 'ar',
};

/** Variables of values of variables of …: deeper than this is not followed. */
const MAX_VARIABLE_DEPTH = 8;

/** `$(NAME)` of make becomes text, `$$` becomes `$`; what make computes becomes a variable of the shell nobody knows. */
function expandLine(line: string, variables: ReadonlyMap<string, string>, target: string, depth = 0): string {
  if (depth > MAX_VARIABLE_DEPTH || line.length > 8192) return line;
  return line.replace(/\$(?:\$|\(([^()]*)\)|\{([^{}]*)\}|(.))/g, (match, round?: string, curly?: string, short?: string) => {
    if (match === '$$') return '$';
    if (short === '@') return target;
    const name = round ?? curly ?? short ?? '';
    const value = variables.get(name) ?? DEFAULTS[name];
    if (value !== undefined) return expandLine(value, variables, target, depth + 1);
    return '${make_' + name.replace(/\W+/g, '_') + '}';
  }); // prettier-ignore
}
