/** Every command with its one line of help; the code of a command is loaded when it is wanted. */
import type { Command } from './command.ts';

export type Entry = {
  /** For people alone: refused below a guarded agent before any of its own code runs. `up` and `run` ask only when a person stopped the daemon. */
  readonly changes: boolean;
  /** Reads the trace, the policies or the settings itself, where no daemon can refuse a guarded agent: this does. */
  readonly reveals?: true;
  readonly summary: string;
  readonly load: () => Promise<Command>;
};

export const COMMANDS = {
  setup: { changes: true, summary: 'create keys, enrol the first approver, start the daemon', load: async () => (await import('./commands/setup.ts')).setup },
  login: { changes: true, summary: 'sign in at the hub of your team', load: async () => (await import('./commands/login.ts')).login },
  logout: { changes: true, summary: 'end that', load: async () => (await import('./commands/logout.ts')).logout },
  whoami: { changes: true, summary: 'who is signed in there', load: async () => (await import('./commands/whoami.ts')).whoami },
  up: { changes: false, summary: 'start the daemon', load: async () => (await import('./commands/up.ts')).up },
  down: { changes: true, summary: 'stop the daemon; guarded commands are then denied', load: async () => (await import('./commands/down.ts')).down },
  status: { changes: false, summary: 'mode, pause, what waits, what to mend', load: async () => (await import('./commands/status.ts')).status },
  doctor: { changes: false, summary: 'is everything in order, and what mends it', load: async () => (await import('./commands/doctor.ts')).doctor },
  demo: { changes: false, summary: 'a short true story in a scratch repository', load: async () => (await import('./commands/demo.ts')).demo },
  run: { changes: false, summary: 'run an agent or a command under guard', load: async () => (await import('./commands/run.ts')).run },
  'mcp pins': { changes: false, summary: 'the tools of servers as they are known', load: async () => (await import('./commands/mcp-pins.ts')).mcpPins },
  'mcp forget': { changes: true, summary: 'have a server known anew', load: async () => (await import('./commands/mcp-forget.ts')).mcpForget },
  'mcp import': { changes: true, summary: 'clients start their MCP servers through it', load: async () => (await import('./commands/mcp-import.ts')).mcpImport },
  'mcp gateway': { changes: false, summary: 'the same for servers that are reached over HTTP', load: async () => (await import('./commands/mcp-gateway.ts')).mcpGateway },
  'mcp wrap': { changes: false, summary: 'guard the tools of an MCP server', load: async () => (await import('./commands/mcp-wrap.ts')).mcpWrap },
  install: { changes: true, summary: 'guard commands in your shells', load: async () => (await import('./commands/install.ts')).install },
  uninstall: { changes: true, summary: 'take all of it out again', load: async () => (await import('./commands/uninstall.ts')).uninstall },
  connect: { changes: true, summary: 'let the clients of agents ask before they act', load: async () => (await import('./commands/connect.ts')).connect },
  disconnect: { changes: true, summary: 'end that', load: async () => (await import('./commands/disconnect.ts')).disconnect },
  completion: { changes: false, summary: 'the completion script of your shell', load: async () => (await import('./commands/completion.ts')).completion },
  'service install': { changes: true, summary: 'start the daemon at login, and again when it ends', load: async () => (await import('./commands/service-install.ts')).serviceInstall },
  'service uninstall': { changes: true, summary: 'end that', load: async () => (await import('./commands/service-uninstall.ts')).serviceUninstall },
  'service status': { changes: false, summary: 'is the daemon a service, and running', load: async () => (await import('./commands/service-status.ts')).serviceStatusCommand },
  'service print': { changes: false, summary: 'the unit or LaunchAgent as text', load: async () => (await import('./commands/service-print.ts')).servicePrint },
  unlock: { changes: true, summary: 'let this terminal decide', load: async () => (await import('./commands/unlock.ts')).unlock },
  lock: { changes: true, summary: 'end that', load: async () => (await import('./commands/lock.ts')).lock },
  pending: { changes: false, summary: 'what waits for you', load: async () => (await import('./commands/pending.ts')).pending },
  approve: { changes: true, summary: 'let a held action run', load: async () => (await import('./commands/approve.ts')).approve },
  deny: { changes: true, summary: 'refuse a held action', load: async () => (await import('./commands/deny.ts')).deny },
  grants: { changes: true, summary: 'remembered answers, and how to end one', load: async () => (await import('./commands/grants.ts')).grants },
  mode: { changes: true, summary: 'observe or enforce', load: async () => (await import('./commands/mode.ts')).mode },
  pause: { changes: true, summary: 'ask nobody for a while', load: async () => (await import('./commands/pause.ts')).pause },
  resume: { changes: true, summary: 'end the pause', load: async () => (await import('./commands/resume.ts')).resume },
  review: { changes: true, summary: 'what passed and is to be looked at afterwards', load: async () => (await import('./commands/review.ts')).review },
  undo: { changes: true, summary: 'put back what an action destroyed', load: async () => (await import('./commands/undo.ts')).undo },
  'undo prune': { changes: true, summary: 'give up what was saved for that', load: async () => (await import('./commands/undo-prune.ts')).undoPrune },
  'agents list': { changes: false, summary: 'agent runs the daemon knows', load: async () => (await import('./commands/agents-list.ts')).agentsList },
  'agents revoke': { changes: true, summary: 'deny everything more of one run', load: async () => (await import('./commands/agents-revoke.ts')).agentsRevoke },
  'approvers list': { changes: false, summary: 'enrolled approvers', load: async () => (await import('./commands/approvers-list.ts')).approversList },
  'approvers add': { changes: true, summary: 'enrol another approver', load: async () => (await import('./commands/approvers-add.ts')).approversAdd },
  log: { changes: false, summary: 'what agents did and what was decided', load: async () => (await import('./commands/log.ts')).log },
  'trace show': { changes: false, summary: 'every frame of one action', load: async () => (await import('./commands/trace-show.ts')).traceShow },
  'trace verify': { changes: false, summary: 'check that nothing in the trace was changed', load: async () => (await import('./commands/trace-verify.ts')).traceVerify },
  'trace export': { changes: false, summary: 'frames as JSON lines', load: async () => (await import('./commands/trace-export.ts')).traceExport },
  'trace backup': { changes: true, summary: 'a copy of the trace that holds by itself', load: async () => (await import('./commands/trace-backup.ts')).traceBackup },
  'trace restore': { changes: true, summary: 'put a backup in its place', load: async () => (await import('./commands/trace-restore.ts')).traceRestore },
  'trace erase': { changes: true, summary: 'erase contents for good; the chain stays', load: async () => (await import('./commands/trace-erase.ts')).traceErase },
  explain: { changes: false, summary: 'how a command would be judged; runs nothing', load: async () => (await import('./commands/explain.ts')).explain },
  score: { changes: false, summary: 'judge a stream of commands; runs nothing', load: async () => (await import('./commands/score.ts')).score },
  replay: { changes: false, reveals: true, summary: 'recorded actions judged again, by this or another policy', load: async () => (await import('./commands/replay.ts')).replay },
  'policy build': { changes: true, summary: 'compile a policy in Rego', load: async () => (await import('./commands/policy-build.ts')).policyBuild },
  'policy from': { changes: true, summary: 'a rule and its tests out of something that happened', load: async () => (await import('./commands/policy-from.ts')).policyFrom },
  'policy check': { changes: false, summary: 'does a policy load', load: async () => (await import('./commands/policy-check.ts')).policyCheck },
  'policy test': { changes: false, summary: 'run the tests beside the policies', load: async () => (await import('./commands/policy-test.ts')).policyTest },
  'config show': { changes: false, reveals: true, summary: 'the settings in force and where each comes from', load: async () => (await import('./commands/config-show.ts')).configShow },
  'config check': { changes: false, summary: 'does a settings file load', load: async () => (await import('./commands/config-check.ts')).configCheck },
  'config path': { changes: false, summary: 'where the settings file lies', load: async () => (await import('./commands/config-path.ts')).configPath },
  'policy preset': { changes: true, summary: 'how careful the built-in rules are', load: async () => (await import('./commands/policy-preset.ts')).policyPreset },
  'policy diff': { changes: false, reveals: true, summary: 'what another policy would change', load: async () => (await import('./commands/policy-diff.ts')).policyDiff },
  'policy explain': { changes: false, reveals: true, summary: 'one rule in full', load: async () => (await import('./commands/policy-explain.ts')).policyExplain },
  'policy accept': { changes: true, summary: 'bring an edit that waits into force', load: async () => (await import('./commands/policy-accept.ts')).policyAccept },
  'policy schema': { changes: false, summary: 'the JSON Schema of policy files, for editors', load: async () => (await import('./commands/policy-schema.ts')).policySchemaCommand },
  'policy list': { changes: false, reveals: true, summary: 'the rules in force', load: async () => (await import('./commands/policy-list.ts')).policyList },
} as const satisfies Record<string, Entry>; // prettier-ignore

export type CommandName = keyof typeof COMMANDS;

/** The order of the overview. */
export const COMMAND_GROUPS: readonly { readonly title: string; readonly names: readonly CommandName[] }[] = [
  { title: 'Start', names: ['setup', 'up', 'down', 'status', 'demo'] },
  { title: 'Guard', names: ['run', 'connect', 'disconnect', 'install', 'uninstall', 'completion'] },
  { title: 'Guard MCP servers', names: ['mcp import', 'mcp wrap', 'mcp gateway', 'mcp pins', 'mcp forget'] },
  {
    title: 'Keep it running',
    names: ['doctor', 'service install', 'service uninstall', 'service status', 'service print'],
  },
  {
    title: 'Decide',
    names: ['unlock', 'lock', 'pending', 'approve', 'deny', 'review', 'grants', 'mode', 'pause', 'resume'],
  },
  { title: 'Bring back', names: ['undo', 'undo prune'] },
  {
    title: 'Who',
    names: ['login', 'logout', 'whoami', 'agents list', 'agents revoke', 'approvers list', 'approvers add'],
  },
  {
    title: 'What happened',
    names: ['log', 'trace show', 'trace verify', 'trace export', 'trace backup', 'trace restore', 'trace erase'],
  },
  {
    title: 'What would happen',
    names: ['explain', 'score', 'replay'],
  },
  {
    title: 'Policies',
    names: [
      'policy list',
      'policy explain',
      'policy preset',
      'policy check',
      'policy test',
      'policy diff',
      'policy accept',
      'policy from',
      'policy build',
      'policy schema',
    ],
  },
  { title: 'Settings', names: ['config show', 'config check', 'config path'] },
];

/** What a group means without a second word. */
const GROUP_DEFAULTS: Readonly<Record<string, CommandName>> = {
  agents: 'agents list',
  approvers: 'approvers list',
  policy: 'policy list',
  config: 'config show',
  service: 'service status',
};

export type Resolved =
  | { readonly kind: 'command'; readonly name: CommandName; readonly words: readonly string[] }
  | { readonly kind: 'group'; readonly name: string; readonly members: readonly CommandName[] }
  | { readonly kind: 'unknown'; readonly word: string };

/** Finds the command that the first one or two words name. */
export function resolveCommand(words: readonly string[]): Resolved {
  const [first = '', second = ''] = words;
  const both = `${first} ${second}`;
  if (isCommand(both)) return { kind: 'command', name: both, words: words.slice(2) };
  if (isCommand(first)) return { kind: 'command', name: first, words: words.slice(1) };
  const members = Object.keys(COMMANDS).filter((name) => name.startsWith(`${first} `)) as CommandName[];
  if (members.length === 0) return { kind: 'unknown', word: first };
  const preset = GROUP_DEFAULTS[first];
  const bare = second === '' || (second.startsWith('-') && second !== '--help' && second !== '-h');
  if (preset !== undefined && bare) return { kind: 'command', name: preset, words: words.slice(1) };
  return { kind: 'group', name: first, members };
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
