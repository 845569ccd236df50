/** `task`: the commands of a task are read and followed; a Taskfile that cannot be read is just a build. */
import type { Word } from '../../types.ts';
import { codeRunEffect, inside, INHERITED, type Command, type Place, type Run } from '../run.ts';
import { readText } from '../shell/output.ts';
import { staticWord } from '../words.ts';
import { changeFolder } from './folder.ts';
import { readOptions } from './options.ts';
import { readTasks, type Tasks } from './taskfile.ts';

const OPTIONS = { short: 'dtoCI', long: ['dir', 'taskfile', 'output', 'concurrency', 'interval', 'sort'] };
/** In the order in which they are looked for. */
const FILES = ['Taskfile.yml', 'taskfile.yml', 'Taskfile.yaml', 'taskfile.yaml', 'Taskfile.dist.yml', 'taskfile.dist.yml', 'Taskfile.dist.yaml', 'taskfile.dist.yaml'].map((path) => staticWord(path)); // prettier-ignore
const INERT = ['n', 'dry', 'l', 'list', 'a', 'list-all', 'version', 'summary', 'init', 'i', 'status'];
/** The most tasks of one call that are followed. */
const MAX_TASKS = 16;

export function runTask(run: Run, command: Command, name: string): void {
  run.emit(command, [codeRunEffect(name)]);
  const { given, next } = readOptions(command.words, 1, OPTIONS);
  if (INERT.some((option) => given.has(option))) return;
  const folder = given.get('d') ?? given.get('dir');
  const place = inside(command.place, name, folder ? { cwd: changeFolder(command.place, folder) } : {});
  const file = given.get('t') ?? given.get('taskfile');
  const text = (file === undefined ? FILES : [file]).map((one) => readText(run, place, one)).find((one) => one.kind !== 'absent'); // prettier-ignore
  if (text?.kind !== 'known') return;
  const words = command.words.slice(next);
  const end = words.findIndex((word) => word.text === '--');
  const goals = words
    .slice(0, end < 0 ? words.length : end)
    .filter((word) => !word.text.includes('=') && !word.text.startsWith('-'))
    .map((word) => word.text);
  follow(run, place, readTasks(text.text), goals.length > 0 ? goals : ['default']);
}

/** What a task needs runs before it, each once. */
function follow(run: Run, place: Place, tasks: Tasks, goals: readonly string[], seen = new Set<string>()): void {
  for (const goal of goals) {
    const task = tasks.get(goal);
    if (task === undefined || seen.has(goal) || seen.size >= MAX_TASKS) continue;
    seen.add(goal);
    follow(run, place, tasks, task.needs, seen);
    const there = task.folder === undefined ? place : { ...place, cwd: changeFolder(place, folderWord(task.folder)) };
    if (task.lines.length > 0) run.source(task.lines.join('\n'), there, { stdin: INHERITED });
  }
}

function folderWord(text: string): Word {
  return { text, dynamic: text.includes('$'), glob: false };
}
