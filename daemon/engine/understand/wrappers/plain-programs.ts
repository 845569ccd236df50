/** Values of variables that name a program everybody has there: an editor, a pager, an asker for passwords. */

const READERS = 'cat|less|more|most|bat|batcat|delta|diff-so-fancy|col|moar|moor|ov|head|true|:';
const EDITORS = 'vi|vim|nvim|nano|pico|emacs|emacsclient|code|code-insiders|codium|cursor|windsurf|zed|subl|mate|micro|hx|helix|kak|ed|gedit|kate|mcedit|joe|notepad|true|false|:'; // prettier-ignore
const ASKERS = 'ssh-askpass|gnome-ssh-askpass|ksshaskpass|lxqt-openssh-askpass|x11-ssh-askpass|git-gui--askpass|true|false|echo'; // prettier-ignore

/** Options that start nothing: no `+!cmd` of a pager, no `-c` and no `--eval` of an editor. */
const OPTION = String.raw`(?:\s+(?:--?(?!c\b|e\b|eval|cmd|command|execute|load|batch|pager|S\b|s\b|u\b|l\b)[A-Za-z][\w-]*(?:=[\w./-]*)?))*`;
const FOLDER = String.raw`(?:\/(?:usr|opt|bin|snap|nix|Applications|home\/linuxbrew)\/(?:[\w.+ -]+\/)*)?`;
const PLAIN_PROGRAM = new RegExp(
  String.raw`^${FOLDER}(?:${READERS}|${EDITORS}|${ASKERS}|difft|difftastic)${OPTION}\s*$`,
);

/** An editor's own helper to ask for passwords. */
const EDITOR_ASKER = /\/(?:extensions|plugins)\/git\/dist\/(?:askpass|ssh-askpass)(?:-empty)?\.sh$/;

const SSH_VALUE = String.raw`[\w./~@:+,=%-]+`;
/** `ssh` with options that choose a key, a port or how strict it is. */
const PLAIN_SSH = new RegExp(
  String.raw`^(?:\/usr\/bin\/)?ssh(?:\s+(?:-[46aCqTvxy]+|-[ip]\s*${SSH_VALUE}|-o\s*["']?(?:StrictHostKeyChecking|UserKnownHostsFile|IdentitiesOnly|IdentityFile|IdentityAgent|BatchMode|ConnectTimeout|ServerAlive\w+|LogLevel|PasswordAuthentication|ControlMaster|ControlPersist|ForwardAgent|Port)[= ]${SSH_VALUE}["']?))*\s*$`,
);

/** Where only an administrator puts things. */
const SYSTEM_FOLDER = /^\/(?:usr|lib|lib64|opt|nix|snap|etc|Library|Applications|System)\//;

/** Whether the value of a variable that names a program is one of those. */
export function isPlainProgram(value: string): boolean {
  return value === '' || PLAIN_PROGRAM.test(value) || PLAIN_SSH.test(value) || EDITOR_ASKER.test(value);
}

/** Whether every file in a list such as `LD_PRELOAD` belongs to the system. */
export function isSystemFile(value: string): boolean {
  return value.split(/[\s:]+/).every((path) => path === '' || (SYSTEM_FOLDER.test(path) && !path.includes('/../')));
}

/** A client shows only that the variable is set, or an assignment's value is made at run time. */
export const UNSEEN = '[set]';

export function isUnseen(value: string): boolean {
  return value === UNSEEN || value === '[too long]';
}
