// The `initialize` sessions of agents (legacy era). An id nobody can guess, a bounded number of them, an end: by DELETE, by
// silence, or for a newer one. A session is no authentication; it belongs to the endpoint that began it.
import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { JsonObject, McpSession } from "../../call.ts";
import { type Asks, createAsks } from "./asks.ts";
import { type EventStream, createEventStream } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";
import type { RpcId } from "./message.ts";
import { notificationText } from "./wire.ts";

export interface Session {
  /** What rooms behind the ingress see of it. */
  readonly face: McpSession;
  readonly revision: string;
  readonly capabilities: JsonObject;
  readonly asks: Asks;
  /** The client's GET stream. */
  readonly outlet: EventStream;
  /** Event streams of requests that a client may come back to, by name. */
  readonly streams: Map<string, EventStream>;
  /** Requests in flight. */
  readonly inFlight: Map<RpcId, Exchange>;
  /** Whether its streams can be resumed. */
  readonly isResumable: boolean;
  streamName(): string;
}

export interface SessionBegin {
  /** The endpoint: a backend, or undefined for all. */
  readonly scope: string | undefined;
  readonly revision: string;
  readonly capabilities: JsonObject;
  readonly isResumable: boolean;
}

export interface Sessions {
  /** Undefined when there are too many at work. */
  begin(begin: SessionBegin): Session | undefined;
  find(id: string, scope: string | undefined): Session | undefined;
  end(id: string): void;
}

export const MOST_SESSIONS = 1000;
export const IDLE_MS = 3_600_000;
const SWEEP_MS = 60_000;

interface Entry {
  readonly session: Session;
  readonly scope: string | undefined;
  readonly ending: AbortController;
  seen: number;
}

/** Ends with `closing`. In the map's order the first is the one not used for the longest time. */
export const createSessions = (closing: AbortSignal, now: () => number = () => performance.now()): Sessions => {
  const entries = new Map<string, Entry>();
  let sweep: NodeJS.Timeout | undefined;

  const end = (id: string): void => {
    const entry = entries.get(id);
    entries.delete(id);
    if (entries.size === 0) {
      clearInterval(sweep);
      sweep = undefined;
    }
    entry?.ending.abort();
    entry?.session.outlet.cut();
    for (const stream of entry?.session.streams.values() ?? []) stream.cut();
  };

  const isIdle = ({ seen, session }: Entry): boolean =>
    seen + IDLE_MS < now() && session.inFlight.size === 0 && !session.outlet.isOpen();

  const endIdle = (): void => {
    for (const [id, entry] of entries) if (isIdle(entry)) end(id);
  };

  const makeRoom = (): boolean => {
    if (entries.size < MOST_SESSIONS) return true;
    const oldest = [...entries].find(([, { session }]) => session.inFlight.size === 0);
    if (oldest === undefined) return false;
    end(oldest[0]);
    return true;
  };

  closing.addEventListener("abort", () => {
    for (const [id, { session }] of entries) {
      if (session.inFlight.size === 0) end(id);
      else session.outlet.cut(); // calls in flight are still answered
    }
  });

  return {
    begin: ({ scope, ...begun }) => {
      if (!makeRoom()) return undefined;
      const ending = new AbortController();
      const session = createSession(ending.signal, begun);
      entries.set(session.face.id, { session, scope, ending, seen: now() });
      sweep ??= setInterval(endIdle, SWEEP_MS).unref();
      return session;
    },
    find: (id, scope) => {
      const entry = entries.get(id);
      if (entry === undefined || entry.scope !== scope) return undefined;
      if (isIdle(entry)) {
        end(id);
        return undefined;
      }
      entry.seen = now();
      entries.delete(id);
      entries.set(id, entry);
      return entry.session;
    },
    end,
  };
};

type Begun = Omit<SessionBegin, "scope">;

const createSession = (ended: AbortSignal, { revision, capabilities, isResumable }: Begun): Session => {
  setMaxListeners(0, ended); // one a call in flight
  const asks = createAsks();
  const outlet = createEventStream({ name: isResumable ? OUTLET : undefined });
  const send = (message: string): void => outlet.send(message);
  let streams = 0;
  return {
    face: {
      id: randomBytes(24).toString("base64url"),
      ended,
      notify: (method, params) => send(notificationText(method, params)),
      ask: (method, params, signal) => asks.ask({ method, params, signals: [ended, signal], send }),
    },
    revision,
    capabilities,
    asks,
    outlet,
    streams: new Map(),
    inFlight: new Map(),
    isResumable,
    streamName: () => `s${(streams += 1)}`,
  };
};

/** Name of the GET stream in event ids. */
export const OUTLET = "g";
