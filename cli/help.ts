/** The help texts: short, aligned, the same everywhere. */
import { COMMON_OPTIONS } from './arguments.ts';
import type { Command, OptionSpec } from './command.ts';
import { COMMAND_GROUPS, COMMANDS, type CommandName } from './registry.ts';
import type { Style } from './terminal/style.ts';

export function overview(style: Style): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const groups = COMMAND_GROUPS.map(({ title, names }) => {
    const lines = names.map((name: CommandName) => `  ${name.padEnd(width)}  ${style.dim(COMMANDS[name].summary)}`);
    return [style.bold(title), ...lines].join('\n');
  });
  return [
    'Nothing an AI agent does with consequences happens until it is countersigned.',
    `${style.bold('Usage')}  countersign COMMAND [OPTIONS]`,
    ...groups,
    style.dim('countersign COMMAND --help tells more · every command takes --json'),
    style.dim('exit codes: 0 done · 1 failed · 2 wrong usage · 3 daemon not reachable · 126 denied'),
  ].join('\n\n');
}

export function helpFor(command: Command, style: Style): string {
  const parts = [paragraph(command.about), usage(command, style), options(command, style)];
  if (command.examples !== undefined) {
    parts.push([style.bold('Examples'), ...command.examples.map((example) => `  ${example}`)].join('\n'));
  }
  return parts.join('\n\n');
}

/** As wide as text is read with ease, and as most terminals are. */
const TEXT_COLUMNS = 100;

function paragraph(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= TEXT_COLUMNS)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

function usage(command: Command, style: Style): string {
  return command.usage
    .map((line, index) => `${index === 0 ? style.bold('Usage') : '     '}  countersign ${line}`)
    .join('\n');
}

function options(command: Command, style: Style): string {
  const specs: Record<string, OptionSpec> = { ...command.options, ...COMMON_OPTIONS };
  const rows = Object.entries(specs).map(([name, spec]) => ({ left: spelled(name, spec), help: spec.help }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return [style.bold('Options'), ...rows.map(({ left, help }) => `  ${left.padEnd(width)}  ${style.dim(help)}`)].join(
    '\n',
  );
}

function spelled(name: string, { short, value }: OptionSpec): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}
