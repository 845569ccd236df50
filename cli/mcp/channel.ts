/** One client before one server, as the daemon knows it: opened when it is first needed, and again when the connection was lost. */
import { createLink, LinkLost, newId, type Link, type Question, type Reply } from './link.ts';
import { listOf, textAt, type Fields } from './message.ts';

export type ChannelOptions = {
  readonly socketPath: string;
  readonly server: string;
  readonly launch: readonly string[];
  readonly cwd: string;
  /** This process becomes the root of a run, unless it is inside one. */
  readonly root: boolean;
  /** What to call the client, whatever it calls itself. */
  readonly agent?: string;
  readonly start: () => Promise<void>;
  /** What the server offers was settled: it is to be listed again. */
  readonly onChanged: () => void;
  /** A tool as a person knows it. */
  readonly onKnown: (tool: string, inputSchema: unknown) => void;
};

export type Channel = {
  /** Rejects with `LinkLost`. */
  ask(question: Question, onHeld?: (message: string) => void): Promise<Reply>;
  /** What is known of the tools is known. Rejects with `LinkLost`. */
  ready(): Promise<void>;
  tell(message: Question): void;
  /** Who the client says it is; before anything is asked. */
  meets(client: string): void;
  client(): string | undefined;
  /** The daemon holds up nothing, as it last said; who has never heard it is held up. */
  observing(): boolean;
  /** Whether a person lets this client see the tool. */
  sees(tool: string): boolean;
  /** What was held back of a page of a list: a daemon that was started since is told of it again. */
  remember(withheld: readonly unknown[], first: boolean): void;
  close(): void;
};

export function createChannel(options: ChannelOptions): Channel {
  const { server, launch, cwd } = options;
  let client: string | undefined;
  let session: string | undefined;
  let channel = '';
  let observing = false;
  let visible: readonly RegExp[] | undefined;
  let withheld: readonly unknown[] = [];

  const begin = async (ask: (question: Question) => Promise<Reply>): Promise<void> => {
    const agent = options.agent ?? client ?? server;
    if (options.root) {
      const again = session === undefined ? {} : { resume: session };
      const run = await ask({ type: 'run', id: newId(), agent, argv: launch, cwd, ...again });
      session = textAt(answerIn(run, 'run-started'), 'session');
    }
    const opened = answerIn(await ask({ type: 'mcp-open', id: newId(), server, launch, agent, cwd }), 'mcp-opened');
    channel = opened.id;
    observing = opened['observe'] === true;
    visible = Array.isArray(opened['visible']) ? opened['visible'].map((one) => patternOf(String(one))) : undefined;
    for (const tool of listOf(opened['tools'])) {
      options.onKnown(textAt(tool, 'name') ?? '', JSON.parse(textAt(tool, 'inputSchema') ?? 'null'));
    }
    if (withheld.length > 0) await ask({ ...listing(withheld, { first: false, last: false }), channel });
  };
  const link: Link = createLink({
    socketPath: options.socketPath,
    start: options.start,
    onOpen: begin,
    onWord({ type }) {
      if (type === 'mcp-changed') options.onChanged();
    },
  });

  return {
    ask: (question, onHeld) => link.ask(() => ({ ...question, channel }), onHeld),
    ready: link.ready,
    tell: (message) => link.tell({ ...message, channel }),
    meets: (name) => void (client ??= name),
    client: () => client,
    observing: () => observing,
    sees: (tool) => visible === undefined || visible.some((pattern) => pattern.test(tool)),
    remember: (tools, first) => void (withheld = first ? tools : [...withheld, ...tools]),
    close: link.close,
  };
}

/** `*` stands for any text. */
function patternOf(text: string): RegExp {
  return new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/gu, String.raw`\$&`))
      .join('.*')}$`,
    'su',
  );
}

type Page = { readonly first: boolean; readonly last: boolean };

export function listing(tools: readonly unknown[], page: Page): Question & Fields {
  return { type: 'mcp-tools', id: newId(), tools: JSON.stringify(tools), ...page };
}

function answerIn(reply: Reply, wanted: string): Reply {
  if (reply.type === wanted) return reply;
  throw new LinkLost(textAt(reply, 'message') ?? `it answered \`${reply.type}\``);
}
