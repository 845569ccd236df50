/** What writing to a place means beyond the file: devices, start files, rights, Countersign itself. */
import type { EffectAttributes, EffectKind, Target } from '../../../protocol/effect.ts';
import type { EffectDraft } from '../types.ts';

const HARMLESS = /^\/dev\/(?:null|zero|full|random|urandom|std(?:in|out|err)|tty\w*|pts\/.*|fd\/[0-2]|ptmx)$/;
const DEVICE = /^\/dev\/(?:sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|nvme\d|mmcblk\d|r?disk\d|loop\d|dm-\d|mapper\/|md\d|nbd\d|disk\/|sr\d|zd\d|mem$|kmem$|port$|\*|[a-z]+\*)/; // prettier-ignore

const PERSISTENCE = new RegExp(
  [
    String.raw`/\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|zlogout|kshrc|cshrc|tcshrc|xprofile|xinitrc|xsession|inputrc|vimrc|tmux\.conf|pam_environment)$`,
    String.raw`/\.config/(?:fish/(?:config\.fish|conf\.d/|functions/)|autostart/|systemd/user/|environment\.d/)`,
    String.raw`^/etc/(?:profile(?:$|\.d/)|bash\.bashrc$|zsh|environment$|cron|anacrontab|systemd/|init\.d/|rc\.local$|rc\d?\.d/|ld\.so\.preload$|ld\.so\.conf|xdg/autostart/|udev/|pam\.d/|apt/apt\.conf\.d/)`,
    String.raw`^/(?:usr/)?lib/systemd/`,
    String.raw`^/var/spool/(?:cron|at)`,
    String.raw`/\.ssh/(?:authorized_keys2?|rc|config)$`,
    String.raw`/Library/(?:LaunchAgents|LaunchDaemons|StartupItems)/`,
    String.raw`/\.git/(?:hooks/|config$)`,
    String.raw`/\.(?:gitconfig|husky/)`,
    String.raw`/\.config/git/config$`,
    // Settings of agents: which programs they start, and what they ask before.
    String.raw`/\.claude/(?:settings(?:\.local)?\.json|hooks(?:/|$))|/\.claude\.json$|/etc/claude-code/|/claude_desktop_config\.json$`,
    String.raw`/\.codex/(?:config\.toml|hooks)|/\.cursor/(?:hooks|mcp|cli|cli-config|permissions)\.json$|/\.cursor/hooks(?:/|$)|/\.gemini/settings\.json$`,
    String.raw`/\.mcp\.json$|/\.vscode/(?:tasks|mcp)\.json$|/mcp_config\.json$|/\.(?:roo|kiro/settings|junie/mcp)/mcp\.json$|/\.(?:qwen|copilot)/(?:settings|config|mcp-config)\.json$`,
    String.raw`/\.copilot/hooks(?:/|$)|/\.openclaw/(?:openclaw\.json$|extensions/)|/\.(?:config/)?opencode/plugins?(?:/|$)|^/etc/(?:codex|gemini-cli|cursor)/`,
    String.raw`/(?:\.config/opencode/)?opencode\.jsonc?$|/\.continue/config\.(?:json|ya?ml|ts)$|/\.config/goose/config\.yaml$|/\.aider\.conf\.yml$`,
  ].join('|'),
); // prettier-ignore

/** Where a repository keeps which commits there are, which git alone writes. */
const GIT_RECORDS =
  /\/\.git\/(?:worktrees\/[^/]+\/|modules\/(?:.+\/)?)?(?:HEAD$|packed-refs$|index$|logs\/|refs\/|objects\/)/;

const RIGHTS = /^\/etc\/(?:sudoers(?:$|\.d\/)|passwd$|shadow$|group$|gshadow$|polkit-1\/|doas\.conf$)/;
const GUARD = /\/\.(?:local\/share|config|cache)\/countersign(?:\/|$)|\/Application Support\/Countersign(?:\/|$)|\/run\/user\/\d+\/countersign(?:\/|$)|\/(?:systemd\/user|LaunchAgents)\/[^/]*countersign[^/]*$|\/usr\/(?:local\/)?(?:s?bin|lib(?:exec)?)\/countersign|\/(?:opencode\/plugins?|\.copilot\/hooks)\/countersign\.\w+$/i; // prettier-ignore

export function isHarmlessDevice(path: string): boolean {
  return HARMLESS.test(path);
}

export function isBlockDevice(path: string): boolean {
  return DEVICE.test(path) && !HARMLESS.test(path);
}

export function isGuardPath(path: string): boolean {
  return GUARD.test(path);
}

/** Effects of writing to `targets`. */
export function writeEffects(targets: readonly Target[], attributes: EffectAttributes): readonly EffectDraft[] {
  const real = targets.filter((target) => !isHarmlessDevice(target.name));
  const devices = real.filter((target) => isBlockDevice(target.name));
  const files = real.filter((target) => !isBlockDevice(target.name));
  const effects: EffectDraft[] = [];
  const add = (kind: EffectKind, found: readonly Target[], more: EffectAttributes = {}): void => {
    if (found.length > 0) effects.push({ kind, targets: found, attributes: more });
  };
  add('file.write', files, attributes);
  add('disk.write', devices.map(({ name }) => ({ kind: 'device', name })), { overwrite: true }); // prettier-ignore
  add(...consequence('persistence.add', files, PERSISTENCE));
  add(...consequence('vcs.rewrite', files, GIT_RECORDS), { recovery: 'unknown' });
  add(...consequence('privilege.gain', files, RIGHTS));
  add(...consequence('guard.tamper', files, GUARD));
  return effects;
}

function consequence(kind: EffectKind, files: readonly Target[], places: RegExp): [EffectKind, readonly Target[]] {
  return [kind, files.filter(({ name }) => places.test(name))];
}
