// A greeted server at the other end of one transport: sends requests in its era's form, hands what it says to the agents
// that it belongs to, and watches whether its tools change. Legacy: one session. Modern: there are none, and one is enough.
import {
  type AnswerRoom,
  type JsonObject,
  type McpAgent,
  type McpSession,
  type TraceContext,
  isJsonObject,
} from "../../call.ts";
import { rpcCodes } from "../../mcp.ts";
import type { ServerDescription } from "../backend.ts";
import { type LockedTools, type TellChange, type Watch, createWatch } from "./drift.ts";
import { headersOf, traceparentOf, withTrace, wrapParams } from "./envelope.ts";
import { type Incoming, type Speaker, createIncoming } from "./incoming.ts";
import type { Greeted } from "./era.ts";
import { follow } from "./follow.ts";
import { LIST_MS, listTools } from "./list-tools.ts";
import type { Transport, TransportAnswer } from "./transport.ts";

export interface Exchange {
  readonly method: string;
  readonly params: JsonObject;
  /** `mcp-param-*`, flat name, value pairs. */
  readonly paramHeaders: readonly string[];
  /** The guarded agent whom the server may speak to meanwhile. */
  readonly agent: McpAgent | undefined;
  readonly deadlineMs: number | undefined;
  readonly maxBytes: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Passed on in `_meta`, and in a header where there are any. */
  readonly trace?: TraceContext | undefined;
  readonly room?: AnswerRoom | undefined;
  readonly onConnection?: (() => void) | undefined;
}

export interface Connection {
  readonly server: ServerDescription;
  /** The server began a session: it answers 404 when it does not know it any more. */
  readonly hasSession: boolean;
  readonly watch: Watch;
  /** Resolved when a question of the server that belongs to no request would be heard: servers drop what nobody hears. */
  readonly heard: Promise<void>;
  request(exchange: Exchange): Promise<TransportAnswer>;
  notify(method: string, params: JsonObject): Promise<boolean>;
  /** Whether nobody waits for anything. */
  isIdle(): boolean;
  /** Gone for good: the child ended, or it was closed. */
  isGone(): boolean;
  readonly ended: Promise<void>;
  /** Closes when nobody waits any more: nothing new is sent. */
  retire(): void;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly kind: "http" | "stdio";
  readonly transport: Transport;
  readonly owner: McpSession | undefined;
  readonly locked: LockedTools;
  readonly tell: TellChange;
  /** A listing found the session dead. */
  readonly stale: (answer: TransportAnswer) => void;
}

interface Greetable {
  /** Before the greeting: on stdio what comes between would be lost. */
  listen(): void;
  greeted(greeting: Greeted): Connection;
}

export const createConnection = (options: ConnectionOptions): Greetable => {
  const { kind, transport, owner } = options;
  let server: ServerDescription | undefined;
  let watch: Watch | undefined;
  const incoming = createIncoming({
    transport,
    owner,
    speech: () => server,
    toolsChanged: () => watch?.changed(),
  });
  return {
    listen: () => void (kind === "stdio" && transport.listen([], incoming.receiveLoose)),
    greeted: (greeting) => {
      ({ server } = greeting);
      const connection = connect(options, greeting, incoming);
      ({ watch } = connection);
      return connection;
    },
  };
};

const connect = (options: ConnectionOptions, { server, session }: Greeted, incoming: Incoming): Connection => {
  const { kind, transport, owner, locked, tell } = options;
  const isLegacy = server.era === "legacy";
  const closing = new AbortController();
  let waiting = 0;
  let isRetired = false;
  let isGone = false;
  void transport.ended.then(() => {
    isGone = true;
    closing.abort();
    watch.close();
  });

  const send = (exchange: Exchange, speaker: Speaker | undefined): Promise<TransportAnswer> => {
    const { method, agent, deadlineMs, maxBytes, signal, room, onConnection } = exchange;
    const traced = traceparentOf(exchange);
    const params = wrapParams(server, withTrace(exchange.params, traced), agent, speaker?.token);
    const pause = isLegacy ? agent?.pause : undefined;
    return transport.request({
      method,
      params,
      headers: [...headersOf(server, method, params, exchange.paramHeaders), ...Object.entries(traced).flat()],
      deadlineMs,
      maxBytes,
      signal,
      room,
      onConnection,
      receive: (message) => incoming.receive(message, speaker),
      cancels: isLegacy || kind === "stdio",
      resumes: isLegacy && kind === "http",
      ...(pause === undefined ? {} : { paused: pause }),
      ...(speaker?.isSubscription === true ? { issued: (id: number) => incoming.name(speaker, id) } : {}),
    });
  };

  const request = async (exchange: Exchange): Promise<TransportAnswer> => {
    const { agent, method } = exchange;
    const speaker = agent === undefined ? undefined : incoming.open(agent, method === "subscriptions/listen");
    waiting += 1;
    try {
      const answer = await send(exchange, speaker);
      if (kind === "stdio" && !answer.ok && answer.failure === "unreachable") isGone = true; // a child does not come back
      if (isMismatch(answer)) watch.changed();
      return answer;
    } finally {
      waiting -= 1;
      if (speaker !== undefined) incoming.close(speaker);
      if (isRetired && waiting === 0) void close();
    }
  };

  const list = async (): ReturnType<typeof listTools> => {
    const ask = async (exchange: Exchange): Promise<TransportAnswer> => {
      const answer = await request(exchange);
      options.stale(answer);
      return answer;
    };
    return listTools(ask, LIST_MS, closing.signal);
  };
  const watch = createWatch({ locked, list, tell });

  const close = async (): Promise<void> => {
    isGone = true;
    closing.abort();
    watch.close();
    await transport.close();
  };

  const isWatched = locked.size > 0 && announcesTools(server);
  const heard = Promise.withResolvers<void>();
  const connection: Connection = {
    server,
    heard: heard.promise,
    hasSession: session !== undefined,
    watch,
    request,
    notify: (method, params) => transport.send({ method, params }, headersOf(server, method, params)),
    isIdle: () => waiting === 0,
    isGone: () => isGone,
    ended: transport.ended,
    retire: () => {
      isRetired = true;
      closing.abort();
      if (waiting === 0) void close();
    },
    close,
  };
  if (kind === "http" && isLegacy && (owner !== undefined || isWatched)) {
    const more = { reopened: watch.changed, settled: heard.resolve };
    transport.listen(headersOf(server, "", {}), incoming.receiveLoose, more);
    if (owner !== undefined) setTimeout(heard.resolve, HEARD_MS).unref();
    else heard.resolve();
  } else heard.resolve();
  if (!isLegacy && isWatched) void follow((exchange) => send(exchange, undefined), closing.signal);
  return connection;
};

/** Servers that say nothing on their stream, not even its head, before there is news. */
const HEARD_MS = 500;

/** The server wants other `mcp-param-*` headers than the locked schema says. */
const isMismatch = (answer: TransportAnswer): boolean =>
  answer.ok && answer.reply.kind === "error" && answer.reply.code === rpcCodes.headerMismatch;

const announcesTools = ({ capabilities }: ServerDescription): boolean => {
  const { tools } = capabilities;
  return isJsonObject(tools) && tools["listChanged"] === true;
};
