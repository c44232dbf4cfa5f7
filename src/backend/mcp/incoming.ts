// What a server says without being asked for it: progress, log messages, news of its lists, and requests to the agent's
// client. It reaches the agent whose call it belongs to, or the session that owns the connection; on a connection that
// several agents share, nothing reaches anybody that cannot be told apart, and every request is answered "no such method".
import {
  type JsonObject,
  type JsonValue,
  type McpAgent,
  type McpReply,
  type McpSession,
  isJsonObject,
} from "../../call.ts";
import { META_SUBSCRIPTION_ID, rpcCodes } from "../../mcp.ts";
import { type Speech, headersOf } from "./envelope.ts";
import type { ServerMessage, Transport } from "./transport.ts";

/** An agent's request that runs: whom the server speaks to. */
export interface Speaker {
  readonly agent: McpAgent;
  readonly isSubscription: boolean;
  readonly token: number | undefined;
  /** Aborted when the request is over, made when somebody asks for it. */
  over: AbortController | undefined;
}

interface IncomingOptions {
  readonly transport: Transport;
  /** Undefined while the server has not been greeted. */
  readonly speech: () => Speech | undefined;
  readonly owner: McpSession | undefined;
  readonly toolsChanged: () => void;
}

export interface Incoming {
  open(agent: McpAgent, isSubscription: boolean): Speaker;
  /** The JSON-RPC id of a subscription, by which stdio tells its notifications apart. */
  name(speaker: Speaker, id: number): void;
  close(speaker: Speaker): void;
  /** On the stream of one request. */
  receive(message: ServerMessage, speaker: Speaker | undefined): void;
  /** Where messages of all requests arrive together. */
  receiveLoose(message: ServerMessage): void;
}

export const createIncoming = (options: IncomingOptions): Incoming => {
  const { owner, toolsChanged } = options;
  const speakers = new Set<Speaker>();
  const byToken = new Map<JsonValue | undefined, Speaker>();
  const bySubscription = new Map<JsonValue, Speaker>();
  const questions = createQuestions(options);
  let tokens = 0;

  const tell = (message: ServerMessage & { kind: "notification" }, speaker: Speaker | undefined): void => {
    const { method, params } = message;
    if (method === "notifications/cancelled") return questions.cancel(params["requestId"]);
    // What changed before our own subscription stood would never be told.
    if (method === "notifications/tools/list_changed" || (speaker === undefined && method === ACKNOWLEDGED))
      toolsChanged();
    if (method === "notifications/progress") return tellProgress(speaker, params);
    if (speaker === undefined) return void owner?.notify(method, params);
    if (hears(speaker, method)) speaker.agent.notify(method, params);
  };

  /** On stdio what a server asks during a call is taken to belong to the latest one. */
  const latest = (): Speaker | undefined => (owner === undefined ? undefined : [...speakers].at(-1));

  return {
    open: (agent, isSubscription) => {
      const token = agent.progress === undefined ? undefined : (tokens += 1);
      const speaker: Speaker = { agent, isSubscription, token, over: undefined };
      speakers.add(speaker);
      if (token !== undefined) byToken.set(token, speaker);
      return speaker;
    },
    name: (speaker, id) => void (speaker.isSubscription && bySubscription.set(id, speaker)),
    close: (speaker) => {
      speakers.delete(speaker);
      if (speaker.token !== undefined) byToken.delete(speaker.token);
      for (const [id, named] of speaker.isSubscription ? bySubscription : [])
        if (named === speaker) bySubscription.delete(id);
      speaker.over?.abort();
    },
    receive: (message, speaker) =>
      message.kind === "request" ? questions.ask(message, speaker) : tell(message, speaker),
    receiveLoose: (message) => {
      if (message.kind === "request") return questions.ask(message, latest());
      if (message.method !== "notifications/progress")
        return tell(message, bySubscription.get(subscriptionOf(message.params) ?? -1));
      tellProgress(byToken.get(message.params["progressToken"]), message.params);
    },
  };
};

const ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

const subscriptionOf = ({ _meta: meta }: JsonObject): JsonValue | undefined =>
  isJsonObject(meta) ? meta[META_SUBSCRIPTION_ID] : undefined;

/** A modern agent hears what its own request brings, and no more. What is allowed at all, the agent's guard decides. */
const hears = ({ agent, isSubscription }: Speaker, method: string): boolean =>
  agent.era === "legacy" || isSubscription || (method === "notifications/message" && agent.logLevel !== undefined);

/** Rebuilt: nothing else of it is known to be harmless. The agent's own token is put in by the ingress. */
const tellProgress = (speaker: Speaker | undefined, params: JsonObject): void => {
  const { progressToken, progress, total, message } = params;
  if (speaker === undefined || progressToken !== speaker.token || typeof progress !== "number") return;
  speaker.agent.progress?.({
    progress,
    ...(typeof total === "number" ? { total } : {}),
    ...(typeof message === "string" ? { message } : {}),
  });
};

interface Questions {
  ask(message: ServerMessage & { kind: "request" }, speaker: Speaker | undefined): void;
  cancel(id: JsonValue | undefined): void;
}

/** Questions that a server may have open at one time. */
const MOST_QUESTIONS = 32;

const error = (code: number, message: string): McpReply => ({ kind: "error", code, message });

const createQuestions = ({ transport, speech, owner }: IncomingOptions): Questions => {
  const open = new Map<string | number, AbortController>();

  const reply = (id: string | number, given: McpReply): void => {
    const spoken = speech();
    const headers = spoken === undefined ? [] : headersOf(spoken, "", {});
    void transport.send({ id, reply: given }, headers);
  };

  const put = async (message: ServerMessage & { kind: "request" }, speaker: Speaker | undefined): Promise<void> => {
    const { id, method, params } = message;
    const channel = speaker?.agent ?? owner;
    if (channel === undefined || open.has(id)) return;
    const withdrawn = new AbortController();
    open.set(id, withdrawn);
    try {
      const signals = speaker === undefined ? [] : [(speaker.over ??= new AbortController()).signal];
      const given = await channel.ask(method, params, AbortSignal.any([withdrawn.signal, ...signals]));
      if (!withdrawn.signal.aborted) reply(id, given);
    } catch {
      reply(id, error(rpcCodes.internalError, "The client could not be asked."));
    } finally {
      open.delete(id);
    }
  };

  return {
    ask: (message, speaker) => {
      if (speech()?.era === "modern") return; // a modern client never answers requests, and servers must not make any
      if (message.method === "ping") return reply(message.id, { kind: "result", result: {} });
      if (owner === undefined || (speaker !== undefined && speaker.agent.era !== "legacy"))
        return reply(message.id, error(rpcCodes.methodNotFound, "This client answers no requests."));
      if (open.size >= MOST_QUESTIONS)
        return reply(message.id, error(rpcCodes.internalError, "Too many requests are open."));
      void put(message, speaker);
    },
    cancel: (id) => {
      if (typeof id === "string" || typeof id === "number") open.get(id)?.abort();
    },
  };
};
