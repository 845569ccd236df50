/** What gateways before MCP servers ask: lists and calls of tools on their way through the gate. */
import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Approval } from '../../protocol/approval.ts';
import type { Config } from '../../protocol/config.ts';
import type { Decision, Mode, Outcome } from '../../protocol/decision.ts';
import { CountersignError, ERRORS } from '../../protocol/errors.ts';
import type { WireMcpCall, WireMcpDone, WireMcpOpen, WireMcpReply, WireMcpRequest, WireMcpVerdict } from '../../protocol/mcp.ts'; // prettier-ignore
import { parseJsonText } from '../json-text.ts';
import { digestOf } from '../gate/digest.ts';
import type { Gate } from '../gate/gate.ts';
import type { Origin } from '../gate/recorder.ts';
import type { GateRequest } from '../gate/requests.ts';
import { createCalls, type Calls, type KnownCall } from '../hooks/calls.ts';
import { stillWaitingWords } from '../hooks/replies.ts';
import { whoeverIsFirst } from '../hooks/waiting.ts';
import type { AgentSessions, Belonging } from '../identity/agent-sessions.ts';
import { callAction, type Channel } from './action.ts';
import { createChanges } from './changes.ts';
import { createOffers } from './offered.ts';
import type { Pins } from './pins.ts';

export type McpGateway = {
  connection(pid: number, send: (reply: WireMcpReply) => void): McpConnection;
};

export type McpConnection = {
  /** Resolves once it is answered; throws `CountersignError` for what is refused as such. */
  handle(request: WireMcpRequest, onHeld: (approval: Approval) => void, signal: AbortSignal): Promise<void>;
  closed(): void;
};

export type McpOptions = {
  readonly gate: Pick<Gate, 'open' | 'conclude'>;
  readonly pins: Pins;
  readonly sessions: Pick<AgentSessions, 'belongingOf'>;
  readonly redactText: (text: string) => string;
  /** In force. */
  readonly settings: () => Config['mcp'];
  readonly tokenKey: () => string;
  readonly mode: () => Mode;
  readonly wallMs: () => number;
  /** For short whiles. */
  readonly nowMs: () => number;
  readonly onFailure: (error: unknown, traceId: string) => void;
};

/** What a gateway honours. */
const UNDERSTOOD = ['redact-output', 'timeout'];
/** Of one connection. */
const MAX_CHANNELS = 256;
const MAX_CALLS = 1_000;

const Arguments = z.record(z.string(), z.json());

type Open = { readonly channel: Channel; readonly agent: string; readonly stop: () => void; known: KnownCalls };
/** Calls that were let through and have not ended. */
type KnownCalls = Map<string, { readonly origin: Origin; readonly score: number }>;

export function createMcpGateway(options: McpOptions): McpGateway {
  const { sessions, redactText, mode, gate } = options;
  const calls = createCalls(options.nowMs);
  const changes = createChanges(options);
  const offers = createOffers({ ...options, changes });

  return {
    connection(pid, send) {
      const open = new Map<string, Open>();
      const find = (id: string): Open => open.get(id) ?? raise(new CountersignError('not_found', 'no such channel is open')); // prettier-ignore
      const belongingOf = ({ agent }: Pick<Open, 'agent'>): Belonging => {
        const belonging = sessions.belongingOf(pid);
        // INVARIANT: a governed gateway acts for its run, whatever clients it has.
        return belonging.governed ? belonging : { ...belonging, agent, session: `mcp-${agent.replaceAll(/[^\w.-]/g, '-')}` }; // prettier-ignore
      };

      const begin = (request: WireMcpOpen): void => {
        if (open.has(request.id) || open.size >= MAX_CHANNELS) throw new CountersignError('conflict', 'this channel is open, or too many are'); // prettier-ignore
        const launch = request.launch.map((word) => redactText(word.toWellFormed()));
        const server = request.server.toWellFormed();
        const channel = { id: `${pid}.${request.id}.${randomUUID()}`, server, launch, key: digestOf({ server, launch }), cwd: request.cwd.toWellFormed() }; // prettier-ignore
        const stop = changes.onSettled(channel.key, () => send({ v: 1, type: 'mcp-changed', id: request.id }));
        const one = { channel, agent: redactText(request.agent.toWellFormed()), stop, known: new Map() };
        open.set(request.id, one);
        const { session } = belongingOf(one);
        const visible = visibleTo(options.settings().visible, one.agent, server);
        send({ v: 1, type: 'mcp-opened', id: request.id, session, observe: mode() === 'observe', tools: [...offers.known(channel)], visible }); // prettier-ignore
      };

      const call = async (request: WireMcpCall, onHeld: (approval: Approval) => void, signal: AbortSignal): Promise<void> => {
        const one = find(request.channel);
        const { channel, known } = one;
        const why = offers.withheld(channel, request.tool);
        if (why !== undefined && mode() === 'enforce') {
          send({ v: 1, type: 'mcp-verdict', id: request.id, verdict: 'deny', code: 'denied_by_rule', message: why });
          return;
        }
        const belonging = belongingOf(one);
        const args = Arguments.parse(parseJsonText(request.args));
        const { parameters, doubts } = offers.about(channel, request.tool);
        const action = callAction(channel, belonging, { ...request, toolCallId: request.toolCallId, args, parameters, doubts }); // prettier-ignore
        const asked = { session: belonging.session, id: '', digest: digestOf({ key: channel.key, tool: request.tool, args }), from: 'mcp' }; // prettier-ignore
        const { known: answered, request: opened } = joined(gate, calls, asked, { action, belonging, onHeld });
        const settled = await whoeverIsFirst(opened.answer, request.patienceMs ?? LONGEST_MS, signal);
        if (settled === 'late') return send(late(request.id, calls, answered, opened));
        if (settled === 'gone') {
          opened.cancel();
          calls.forget(answered);
          return;
        }
        calls.forget(answered);
        if (settled.decision.verdict === 'allow' && known.size < MAX_CALLS) known.set(request.id, { origin: opened.origin, score: settled.decision.score }); // prettier-ignore
        send(verdictOf(request.id, settled.decision));
      }; // prettier-ignore

      const done = async ({ channel, id, status, durationMs, resultDigest }: WireMcpDone): Promise<void> => {
        const { known } = find(channel);
        const concluded = known.get(id);
        known.delete(id);
        const outcome: Outcome = { status, durationMs, ...(resultDigest === undefined ? {} : { resultDigest }) };
        if (concluded !== undefined) await gate.conclude(concluded, outcome);
      };

      return {
        async handle(request, onHeld, signal) {
          switch (request.type) {
            case 'mcp-servers': {
              const servers = Object.entries(options.settings().servers).map(([name, { url }]) => ({ name, url }));
              return send({ v: 1, type: 'mcp-serving', id: request.id, servers, key: options.tokenKey() });
            }
            case 'mcp-open':
              return begin(request);
            case 'mcp-tools': {
              const one = find(request.channel);
              const withheld = offers.listed(one.channel, belongingOf(one), parseJsonText(request.tools), request);
              // What is only observed is shown as it is.
              return send({ v: 1, type: 'mcp-listed', id: request.id, withheld: mode() === 'observe' ? [] : [...withheld] }); // prettier-ignore
            }
            case 'mcp-call':
              return call(request, onHeld, signal);
            case 'mcp-done':
              return done(request);
            case 'mcp-redact':
              find(request.channel);
              return send({ v: 1, type: 'mcp-redacted', id: request.id, texts: request.texts.map(redactText) });
          }
        },
        closed() {
          for (const { stop, channel } of open.values()) {
            stop();
            offers.forget(channel);
          }
        },
      };
    },
  };
}

/** INVARIANT: a client that a person named sees no server and no tool that they did not name with it. */
function visibleTo(visible: Config['mcp']['visible'], agent: string, server: string): string[] | null {
  if (!Object.hasOwn(visible, agent)) return null;
  const servers = visible[agent] ?? {};
  return Object.hasOwn(servers, server) ? (servers[server] ?? []) : [];
}

/** A question ends by itself sooner than this. */
const LONGEST_MS = 86_400_000;

type Asking = Parameters<Gate['open']>[0];

/** The same call again takes up the question that was left, or the yes that came meanwhile. */
function joined(
  gate: Pick<Gate, 'open'>,
  calls: Calls,
  asked: Parameters<Calls['add']>[0],
  { action, belonging, onHeld }: Pick<Asking, 'action' | 'belonging' | 'onHeld'>,
): { readonly known: KnownCall; readonly request: GateRequest } {
  const left = calls.left(asked);
  if (left !== undefined) calls.forget(left);
  const before = left?.state.kind === 'left' ? left.state.request : undefined;
  if (before !== undefined && before.answered() === undefined) {
    const approval = before.held();
    if (approval !== undefined) onHeld?.(approval);
    return { known: calls.add(asked, before), request: before };
  }
  const redeems = before?.answered()?.decision.verdict === 'allow' ? before.origin.traceId : undefined;
  const request = gate.open({ requestId: `mcp:${randomUUID()}`, action, belonging, keep: false, announces: true, below: true, redeems, understands: UNDERSTOOD, ...(onHeld && { onHeld }) }); // prettier-ignore
  return { known: calls.add(asked, request), request };
}

/** What is held stays held; what was not even judged is given up. */
function late(id: string, calls: Calls, known: KnownCall, request: GateRequest): WireMcpVerdict {
  const approval = request.held();
  if (approval !== undefined) calls.leave(known);
  else {
    request.cancel();
    calls.forget(known);
  }
  return { v: 1, type: 'mcp-verdict', id, verdict: 'waiting', message: stillWaitingWords(approval) };
}

function verdictOf(id: string, { verdict, reason, code, rewrite, obligations }: Decision): WireMcpVerdict {
  const told = { v: 1, type: 'mcp-verdict', id } as const;
  if (verdict === 'allow') return { ...told, verdict, ...(obligations.length === 0 ? {} : { obligations }) };
  if (verdict === 'deny') return { ...told, verdict, message: reason, ...(code === undefined ? {} : { code }) };
  // A safer form is a command line: nobody can give it to a tool that takes something else.
  const { hint } = ERRORS.denied_by_rule;
  return { ...told, verdict: 'deny', code: 'denied_by_rule', message: `denied, because there is a safer form of it: \`${(rewrite ?? []).join(' ')}\`. next: ${hint}.` }; // prettier-ignore
}

function raise(error: Error): never {
  throw error;
}
