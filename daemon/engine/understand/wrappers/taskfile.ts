/** Reads the commands of tasks out of a Taskfile; a sketch of the YAML that such files are written in, not a parser of it. */

export type Task = { readonly needs: readonly string[]; readonly lines: readonly string[]; readonly folder?: string };
/** Read one by one: most of a large file is never asked for. */
export type Tasks = { readonly get: (name: string) => Task | undefined };

/** Lines of a file that are read; no file that a person writes has more. */
const MAX_LINES = 5_000;

type Line = { readonly indent: number; readonly text: string };

export function readTasks(text: string): Tasks {
  const lines = linesOf(text);
  const variables = new Map(entriesBelow(lines, 'vars').map(({ key, value }) => [key, plain(value)]));
  const tasks = new Map(entriesBelow(lines, 'tasks').map((entry) => [entry.key, entry]));
  return {
    get(name) {
      const entry = tasks.get(name);
      return entry && taskOf(entry.value, entry.below, (variable) => variables.get(variable));
    },
  };
}

function linesOf(text: string): Line[] {
  return text
    .split(/\r?\n/)
    .slice(0, MAX_LINES)
    .map((line) => ({ indent: line.search(/\S|$/), text: line.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
}

type Variables = (name: string) => string | undefined;
type Entry = { readonly key: string; readonly value: string; readonly below: readonly Line[] };

/** `KEY: VALUE` with what is indented below it; a list below may begin in the same column. */
function entriesOf(lines: readonly Line[]): Entry[] {
  const indent = lines[0]?.indent ?? 0;
  const starts = lines.flatMap((line, index) => (line.indent === indent && !line.text.startsWith('- ') ? [index] : []));
  return starts.flatMap((start, at) => {
    const found = /^(?:"([^"]+)"|'([^']+)'|([^\s"'][^\s]*?)):(?:\s+(.*))?$/.exec(lines[start]?.text ?? '');
    const key = found?.[1] ?? found?.[2] ?? found?.[3];
    return key === undefined ? [] : [{ key, value: found?.[4] ?? '', below: lines.slice(start + 1, starts[at + 1]) }];
  });
}

function entriesBelow(lines: readonly Line[], name: string): Entry[] {
  return entriesOf(entriesOf(lines).find(({ key }) => key === name)?.below ?? []);
}

/** `NAME: COMMAND`, `NAME: [COMMANDS]`, or the long form. */
function taskOf(value: string, below: readonly Line[], given: Variables): Task {
  if (value !== '') return joined(itemsOf(value, below), given);
  const entries = entriesOf(below);
  if (entries.length === 0) return joined(itemsOf('', below), given);
  const own = new Map(
    entriesOf(entries.find(({ key }) => key === 'vars')?.below ?? []).map(({ key, value: text }) => [key, plain(text)]),
  );
  const variables: Variables = (name) => own.get(name) ?? given(name);
  const list = (name: string): readonly Item[] =>
    entries.filter(({ key }) => key === name).flatMap((entry) => itemsOf(entry.value, entry.below));
  const task = joined([...list('cmds'), ...list('cmd')], variables);
  const deps = list('deps').flatMap(({ command, task: named }) => named ?? command ?? []);
  const folder = entries.find(({ key }) => key === 'dir')?.value;
  return { ...task, needs: [...deps, ...task.needs], ...(folder === undefined ? {} : { folder: filled(plain(folder), variables) }) }; // prettier-ignore
}

type Item = { readonly command?: string; readonly task?: string };

function joined(items: readonly Item[], variables: Variables): Task {
  return {
    needs: items.flatMap(({ task }) => task ?? []),
    lines: items.flatMap(({ command }) => (command === undefined ? [] : [filled(command, variables)])),
  };
}

/** Elements of a list: commands, blocks of several lines, and `cmd:`, `defer:` and `task:` of the long form. */
function itemsOf(value: string, below: readonly Line[]): Item[] {
  if (/^[|>]/.test(value)) return [{ command: below.map(({ text }) => text).join('\n') }];
  if (value.startsWith('[')) return value.replace(/^\[|\]$/g, '').split(/,\s*/).filter((text) => text !== '').map((text) => ({ command: plain(text) })); // prettier-ignore
  if (value !== '') return [{ command: plain(value) }];
  const starts = below.flatMap(({ text }, index) => (/^-(?:\s|$)/.test(text) ? [index] : []));
  return starts.map((start, at) => itemOf(below.slice(start, starts[at + 1])));
}

function itemOf([first, ...rest]: readonly Line[]): Item {
  const text = (first?.text ?? '').replace(/^-\s*/, '');
  const [, key, value = ''] = /^(cmd|defer|task):\s*(.*)$/.exec(text) ?? [];
  const more = key === undefined ? text : value;
  const command = /^[|>][+-]?$/.test(more) ? rest.map((line) => line.text).join('\n') : plain(more);
  return key === 'task' ? { task: command } : { command };
}

function plain(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1]?.replaceAll('\\"', '"') ?? /^'(.*)'$/s.exec(text)?.[1]?.replaceAll("''", "'") ?? text; // prettier-ignore
}

/** `{{.NAME}}` becomes text; what a template computes becomes a variable of the shell nobody knows. */
function filled(text: string, variables: Variables): string {
  const [first = '', ...others] = text.split('{{');
  return first + others.map((part) => filledPart(part, variables)).join('');
}

function filledPart(part: string, variables: Variables): string {
  const end = part.indexOf('}}');
  if (end < 0) return `{{${part}`;
  const inner = part.slice(0, end).replace(/^-/, '').replace(/-$/, '').trim();
  const known = inner.startsWith('.') ? variables(inner.slice(1)) : undefined;
  const isText = known !== undefined && !/^$|^[{[|>&*]|\{\{/.test(known);
  return `${isText ? known : '${task_' + inner.replaceAll(/\W+/g, '_') + '}'}${part.slice(end + 2)}`;
}
