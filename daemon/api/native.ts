/** The native dialect of `agent.sock`: one JSON object per line, in and out. */
import type { Approval } from '../../protocol/approval.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { WIRE_VERSION, WireRequest, type WireAsk, type WireHook, type WireReply } from '../../protocol/wire.ts';
import type { Gate } from '../gate/gate.ts';
import { heldMessage } from '../gate/messages.ts';
import type { Answer, GateRequest } from '../gate/requests.ts';
import { actionOf } from '../gate/wire-action.ts';
import type { AgentSessions } from '../identity/agent-sessions.ts';
import type { Holding, Room } from '../limits/room.ts';
import { createLineReader } from './lines.ts';
import type { Runs } from './runs.ts';
import type { WireMcpRequest } from '../../protocol/mcp.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { McpConnection, McpGateway } from '../mcp/gateway.ts';
import type { Peer } from './sockets.ts';

export type NativeOptions = {
  readonly gate: Gate;
  readonly hooks: Hooks;
  readonly mcp: McpGateway;
  readonly sessions: AgentSessions;
  readonly runs: Runs;
  readonly room: Room;
  readonly version: string;
  /** A request was refused because there are too many. */
  readonly onCrowded: (pid: number) => void;
};

/** One client has little to say at a time; a connection with more open requests than this is not one of ours. */
const MAX_OPEN_PER_CONNECTION = 256;

/** A client that does not read its answers is let go. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** A line that was begun is finished within this time. */
const LINE_MS = 10_000;
/** A client that is told why reads it within this time. */
const HANG_UP_MS = 1_000;

type Open = Map<string, Pick<GateRequest, 'cancel'>>;

/** What a question takes until it is answered, and the way back. */
type Asking = { readonly room: Holding; readonly sizeBytes: number; readonly send: (reply: WireReply) => void };

/** Serves one connection; `first` is what was read to tell the dialects apart. */
export function serveNative(options: NativeOptions, peer: Peer, first: Buffer): void {
  const { socket, pid } = peer;
  const open: Open = new Map();
  const send = (reply: WireReply): void => {
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
    else if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
  };
  const run = options.runs.connection(pid, send);
  const mcp = options.mcp.connection(pid, send);
  let patience: NodeJS.Timeout | undefined;
  const sessionOf = (): string => options.sessions.belongingOf(pid).session;
  const lines = createLineReader({
    room: options.room.holding(sessionOf),
    onLine(line) {
      const request = parseLine(line, send);
      // INVARIANT: after a line that is not understood nothing of this connection is.
      if (request === undefined) hangUp();
      else handle(request, line);
    },
    onRefused(error) {
      if (error.code === 'too_busy') options.onCrowded(pid);
      refuse(send, '', error);
      hangUp();
    },
  });
  const hangUp = (): void => {
    lines.close();
    socket.end();
    clearTimeout(patience);
    patience = setTimeout(() => socket.destroy(), HANG_UP_MS);
  };
  const handle = (request: WireRequest, line: string): void => {
    switch (request.type) {
      case 'ask':
      case 'hook': {
        const room = options.room.holding(sessionOf);
        const refused = (error: WireReply): void => {
          room.hold(0);
          if (error.type === 'error' && error.code === 'too_busy') options.onCrowded(pid);
          send(error);
        };
        const asking = { room, sizeBytes: line.length, send };
        guarded(request.id, refused, () =>
          request.type === 'ask' ? askGate(options, pid, open, request, asking) : askHook(options, pid, open, request, asking),
        ); // prettier-ignore
        break;
      }
      case 'mcp-servers':
      case 'mcp-open':
      case 'mcp-tools':
      case 'mcp-call':
      case 'mcp-done':
      case 'mcp-redact': {
        const room = options.room.holding(sessionOf);
        void askMcp(request, { mcp, open, asking: { room, sizeBytes: line.length, send } });
        break;
      }
      case 'run':
        guarded(request.id, send, () => run.start(request));
        break;
      case 'run-end':
        guarded(request.id, send, () => run.end(request));
        break;
      case 'cancel':
        open.get(request.id)?.cancel();
        break;
      case 'ping':
        send({ v: WIRE_VERSION, type: 'pong', id: request.id, version: options.version });
        break;
    }
  };
  const feed = (chunk: Buffer): void => {
    const ended = lines.feed(chunk);
    // A line that ends begins the time of the next one anew.
    if (ended > 0 && !lines.closed()) {
      clearTimeout(patience);
      patience = undefined;
    }
    if (lines.waiting()) patience ??= setTimeout(() => socket.destroy(), LINE_MS);
  };
  socket.on('data', feed);
  socket.on('close', () => {
    clearTimeout(patience);
    lines.close();
    for (const request of open.values()) request.cancel();
    mcp.closed();
    run.closed();
  });
  feed(first);
}

function parseLine(line: string, send: (reply: WireReply) => void): WireRequest | undefined {
  const parsed = parseJson(line);
  const result = WireRequest.safeParse(parsed);
  if (result.success) return result.data;
  const id = idOf(parsed);
  const version = parsed !== null && typeof parsed === 'object' && 'v' in parsed ? parsed.v : undefined;
  const code = version !== undefined && version !== WIRE_VERSION ? 'unsupported_version' : 'bad_request';
  refuse(send, id, new CountersignError(code));
  return undefined;
}

function askGate(
  { gate, sessions }: NativeOptions,
  pid: number,
  open: Open,
  ask: WireAsk,
  { room, sizeBytes, send }: Asking,
): void {
  const { id } = ask;
  takePlace(open, id, room, sizeBytes);
  const belonging = sessions.belongingOf(pid);
  const request = gate.open({
    requestId: id,
    action: actionOf(ask, belonging),
    belonging,
    keep: false,
    below: true,
    onHeld: (approval) => send(heldReply(id, approval)),
  });
  open.set(id, request);
  void request.answer.then((answer) => {
    room.hold(0);
    open.delete(id);
    send(verdictReply(id, answer));
  });
}

/** What hooks hand over is answered in the words of their client. */
function askHook({ hooks }: NativeOptions, pid: number, open: Open, hook: WireHook, { room, sizeBytes, send }: Asking): void {
  const { id } = hook;
  takePlace(open, id, room, sizeBytes);
  const gone = new AbortController();
  open.set(id, { cancel: () => gone.abort() });
  const onHeld = (approval: Approval): void => send(heldReply(id, approval));
  void hooks.answer(hook, { pid, signal: gone.signal, onHeld }).then((output) => {
    room.hold(0);
    open.delete(id);
    send({ v: WIRE_VERSION, type: 'hook-answer', id, ...output });
  });
} // prettier-ignore

/** What gateways before MCP servers ask. */
async function askMcp(request: WireMcpRequest, { mcp, open, asking }: { mcp: McpConnection; open: Open; asking: Asking }): Promise<void> {
  const { room, sizeBytes, send } = asking;
  const id = request.type === 'mcp-done' ? `${request.id} done` : request.id;
  const gone = new AbortController();
  let placed = false;
  try {
    takePlace(open, id, room, sizeBytes);
    placed = true;
    open.set(id, { cancel: () => gone.abort() });
    await mcp.handle(request, (approval) => send(heldReply(request.id, approval)), gone.signal);
  } catch (error) {
    refuse(send, request.id, asProblem(error));
  } finally {
    room.hold(0);
    if (placed) open.delete(id);
  }
} // prettier-ignore

function takePlace(open: Open, id: string, room: Holding, sizeBytes: number): void {
  if (open.has(id)) throw new CountersignError('conflict', 'a request with this id is open on this connection');
  if (open.size >= MAX_OPEN_PER_CONNECTION || !room.hold(sizeBytes)) throw new CountersignError('too_busy');
}

function heldReply(id: string, approval: Approval): WireReply {
  return { v: WIRE_VERSION, type: 'held', id, approval: approval.id, message: heldMessage(approval) };
}

function verdictReply(id: string, { decision }: Answer): WireReply {
  const { verdict, reason, code, rewrite, obligations } = decision;
  return {
    v: WIRE_VERSION,
    type: 'verdict',
    id,
    verdict,
    ...(verdict === 'allow' ? {} : { message: reason }),
    ...(code === undefined ? {} : { code }),
    ...(rewrite === undefined ? {} : { argv: rewrite }),
    ...(obligations.length === 0 ? {} : { obligations }),
  };
}

function guarded(id: string, send: (reply: WireReply) => void, work: () => void): void {
  try {
    work();
  } catch (error) {
    refuse(send, id, asProblem(error));
  }
}

function asProblem(error: unknown): CountersignError {
  return error instanceof CountersignError ? error : new CountersignError('internal', undefined, { cause: error });
}

function refuse(send: (reply: WireReply) => void, id: string, error: CountersignError): void {
  const { title, detail, hint } = error.toProblem();
  const message = `${detail === title ? title : `${title}: ${detail}`}. ${hint}.`;
  send({ v: WIRE_VERSION, type: 'error', id, code: error.code, message });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not JSON: the schema refuses `null` and the client is told.
    return null;
  }
}

function idOf(value: unknown): string {
  const id = value !== null && typeof value === 'object' && 'id' in value ? value.id : undefined;
  return typeof id === 'string' ? id.slice(0, 64) : '';
}
