/** The ways in which people and agents start a shell. */

export type ShellWay = {
  readonly id: string;
  readonly shell: 'sh' | 'bash' | 'zsh' | 'fish';
  readonly options: readonly string[];
  /** It reads no start file, so it has the PATH of whoever starts it. */
  readonly inherits: boolean;
};

export const SHELL_WAYS: readonly ShellWay[] = [
  { id: 'sh-login', shell: 'sh', options: ['-l'], inherits: false },
  { id: 'sh-script', shell: 'sh', options: [], inherits: true },
  { id: 'bash-login', shell: 'bash', options: ['-l'], inherits: false },
  { id: 'bash-interactive', shell: 'bash', options: ['-i'], inherits: false },
  { id: 'bash-script', shell: 'bash', options: [], inherits: true },
  { id: 'zsh-login', shell: 'zsh', options: ['-l'], inherits: false },
  { id: 'zsh-interactive', shell: 'zsh', options: ['-i'], inherits: false },
  { id: 'zsh-script', shell: 'zsh', options: [], inherits: false },
  { id: 'fish-login', shell: 'fish', options: ['-l'], inherits: false },
  { id: 'fish-interactive', shell: 'fish', options: ['-i'], inherits: false },
  { id: 'fish-script', shell: 'fish', options: [], inherits: false },
];
