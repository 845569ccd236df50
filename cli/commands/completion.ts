/** `countersign completion`: the script that lets a shell complete commands, options and ids. */
import { UsageError, type Command } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { completedCommands, type Completed } from '../completion/model.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { EXIT } from '../exit-codes.ts';

const SCRIPTS: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export const completion: Command = {
  usage: ['completion bash|zsh|fish'],
  about: 'Prints the script that lets your shell complete commands, options, and the ids of what waits or ran.',
  examples: [
    'folder=~/.local/share/bash-completion/completions; mkdir -p "$folder" && countersign completion bash > "$folder/countersign"',
    'mkdir -p ~/.zfunc && countersign completion zsh > ~/.zfunc/_countersign',
    '# and once in ~/.zshrc: fpath=(~/.zfunc $fpath); autoload -Uz compinit && compinit',
    'mkdir -p ~/.config/fish/completions && countersign completion fish > ~/.config/fish/completions/countersign.fish',
  ],
  positionals: { min: 1, max: 1 },
  async run(input, context) {
    const [shell = ''] = input.positionals;
    const script = SCRIPTS[shell]?.(await completedCommands());
    if (script === undefined) throw new UsageError(`\`${shell}\` is not one of ${Object.keys(SCRIPTS).join(', ')}`);
    if (input.flag('json')) context.printJson({ shell, script });
    else context.stdout.write(`${script}\n`);
    return EXIT.ok;
  },
};
