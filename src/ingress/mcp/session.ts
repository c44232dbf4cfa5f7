// The `initialize` sessions of agents (legacy era). An id nobody can guess, a bounded number of them, an end: by DELETE, by
// silence, or for a newer one of the same caller. A session is no authentication: it is there for the endpoint, the caller and
// the run that began it, and for nobody else.
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

/** Whose a session is. */
export interface SessionHolder {
  /** The endpoint: a backend, or undefined for all. */
  readonly scope: string | undefined;
  readonly caller: string;
  /** The run's id. */
  readonly run: string;
}

export interface SessionBegin {
  readonly holder: SessionHolder;
  readonly revision: string;
  readonly capabilities: JsonObject;
  readonly isResumable: boolean;
}

export interface Sessions {
  /** Undefined when there are too many at work. */
  begin(begin: SessionBegin): Session | undefined;
  /** One of somebody else is not there. */
  find(id: string, holder: SessionHolder): Session | undefined;
  end(id: string): void;
}

export const MOST_SESSIONS = 10_000;
export const MOST_OF_CALLER = 100;
export const IDLE_MS = 3_600_000;
const SWEEP_MS = 60_000;

interface Entry {
  readonly session: Session;
  readonly holder: SessionHolder;
  readonly ending: AbortController;
  seen: number;
}

/** In the map's order the first is the one not used for the longest time. */
type Entries = Map<string, Entry>;

/** Ends with `closing`. */
export const createSessions = (closing: AbortSignal, now: () => number = () => performance.now()): Sessions => {
  const entries: Entries = new Map();
  const byCaller = new Map<string, Entries>();
  let sweep: NodeJS.Timeout | undefined;

  const end = (id: string): void => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    remove(id, entry);
    if (entries.size === 0) {
      clearInterval(sweep);
      sweep = undefined;
    }
    entry.ending.abort();
    entry.session.outlet.cut();
    for (const stream of entry.session.streams.values()) stream.cut();
  };

  const remove = (id: string, { holder }: Entry): void => {
    const own = byCaller.get(holder.caller);
    entries.delete(id);
    own?.delete(id);
    if (own?.size === 0) byCaller.delete(holder.caller);
  };

  /** As the one used last. */
  const put = (id: string, entry: Entry): void => {
    const own: Entries = byCaller.get(entry.holder.caller) ?? new Map();
    for (const all of [entries, own]) {
      all.delete(id);
      all.set(id, entry);
    }
    byCaller.set(entry.holder.caller, own);
  };

  const isIdle = ({ seen, session }: Entry): boolean =>
    seen + IDLE_MS < now() && session.inFlight.size === 0 && !session.outlet.isOpen();

  const endIdle = (): void => {
    for (const [id, entry] of entries) if (isIdle(entry)) end(id);
  };

  /** What a caller begins costs no other one a session. */
  const makeRoom = (caller: string): boolean => {
    const own: Entries = byCaller.get(caller) ?? new Map();
    if (own.size < MOST_OF_CALLER && entries.size < MOST_SESSIONS) return true;
    const oldest = [...own].find(([, { session }]) => session.inFlight.size === 0);
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
    begin: ({ holder, ...begun }) => {
      if (!makeRoom(holder.caller)) return undefined;
      const ending = new AbortController();
      const session = createSession(ending.signal, begun);
      put(session.face.id, { session, holder, ending, seen: now() });
      sweep ??= setInterval(endIdle, SWEEP_MS).unref();
      return session;
    },
    find: (id, holder) => {
      const entry = entries.get(id);
      if (entry === undefined || !isSame(entry.holder, holder)) return undefined;
      if (isIdle(entry)) {
        end(id);
        return undefined;
      }
      entry.seen = now();
      put(id, entry);
      return entry.session;
    },
    end,
  };
};

const isSame = (one: SessionHolder, other: SessionHolder): boolean =>
  one.scope === other.scope && one.caller === other.caller && one.run === other.run;

type Begun = Omit<SessionBegin, "holder">;

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
