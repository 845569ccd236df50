/** What a scripted model wants: one turn for each answer that it is asked for. */

/** A tool by what it is for; which of the offered tools that is, differs between clients. */
export type Wish =
  | { readonly kind: 'shell'; readonly command: string }
  | { readonly kind: 'mcp'; readonly server: string; readonly tool: string; readonly args: Fields };

export type Fields = Readonly<Record<string, unknown>>;

export type Turn = {
  readonly say?: string;
  readonly call?: Wish;
  /** Runs before the turn is answered; the client waits meanwhile. */
  readonly before?: () => Promise<void> | void;
};

export type OfferedTool = {
  readonly name: string;
  /** The group that some clients put the tools of an MCP server into. */
  readonly namespace?: string | undefined;
  /** JSON Schema of its arguments. */
  readonly schema: Fields;
};

/** What a tool gave back, in the words in which the model is told. */
export type ToolResult = { readonly id: string; readonly text: string };

/** A request of a client, whatever its protocol is. */
export type ModelRequest = {
  readonly path: string;
  readonly model: string;
  readonly isStreamed: boolean;
  readonly tools: readonly OfferedTool[];
  readonly results: readonly ToolResult[];
};

export type ToolCall = {
  readonly id: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly args: Fields;
};

export type Reply = { readonly text: string; readonly call?: ToolCall };

const LAST: Turn = { say: 'done' };
/** Clients also ask for titles and summaries, and offer no tools then. */
const ASIDE: Reply = { text: 'a title' };

/**
 * INVARIANT: the turn follows from the request alone, by the results that it carries: a client that asks again after an error
 * is given the same turn again.
 */
export function turnFor(turns: readonly Turn[], { tools, results }: ModelRequest): Turn | undefined {
  return tools.length === 0 ? undefined : (turns[results.length] ?? LAST);
}

export function replyTo(turn: Turn | undefined, { tools, results }: ModelRequest): Reply {
  if (turn === undefined) return ASIDE;
  const { say = '', call } = turn;
  if (call === undefined) return { text: say };
  const tool = toolFor(call, tools);
  if (tool === undefined) return { text: `no tool for ${JSON.stringify(call)} among ${tools.map(fullName).join(' ')}` };
  const { name, namespace } = tool;
  return { text: say, call: { id: `call_${results.length + 1}`, name, namespace, args: argumentsFor(call, tool) } };
}

const SHELLS = ['Bash', 'bash', 'exec_command', 'shell', 'shell_command', 'local_shell', 'run_shell_command', 'exec'];

function toolFor(wish: Wish, tools: readonly OfferedTool[]): OfferedTool | undefined {
  const names = wish.kind === 'shell' ? SHELLS : mcpNames(wish.server, wish.tool);
  return names.map((name) => tools.find((tool) => fullName(tool) === name)).find((tool) => tool !== undefined);
}

function mcpNames(server: string, tool: string): string[] {
  return [`mcp__${server}__${tool}`, `mcp_${server}_${tool}`, `${server}__${tool}`, `${server}-${tool}`, `${server}_${tool}`]; // prettier-ignore
}

function fullName({ name, namespace }: OfferedTool): string {
  if (namespace === undefined) return name;
  return `${namespace}${namespace.endsWith('__') ? '' : '__'}${name}`;
}

function argumentsFor(wish: Wish, { schema }: OfferedTool): Fields {
  const properties = fieldsIn(schema, 'properties');
  const args = wish.kind === 'shell' ? { ...commandFor(wish.command, properties) } : { ...wish.args };
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly string[]) : [];
  const missing = required.filter((name) => !(name in args));
  return { ...args, ...Object.fromEntries(missing.map((name) => [name, filler(fieldsIn(properties, name)['type'])])) };
}

function commandFor(command: string, properties: Fields): Fields {
  const key = 'cmd' in properties ? 'cmd' : 'command';
  const takesWords = fieldsIn(properties, key)['type'] === 'array';
  return { [key]: takesWords ? ['bash', '-c', command] : command };
}

/** What a tool insists on besides what was wished for. */
function filler(type: unknown): unknown {
  if (type === 'boolean') return false;
  if (type === 'number' || type === 'integer') return 60_000;
  return 'as the test says';
}

export function fieldsIn(fields: Fields, key: string): Fields {
  const value = fields[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function listIn(fields: Fields, key: string): readonly Fields[] {
  const value = fields[key];
  return Array.isArray(value) ? (value as readonly Fields[]) : [];
}

/** The text of what may be a text, or parts of one. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === undefined ? '' : JSON.stringify(content);
  return (content as readonly Fields[])
    .map(({ text }) => (typeof text === 'string' ? text : JSON.stringify(text)))
    .join('\n');
}
