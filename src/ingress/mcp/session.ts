// What this process has at work for `initialize` sessions of agents (legacy era). The session itself is its token, which every
// sidecar with the same key can read; here are its calls in flight, its GET stream, and what backends keep for it. When none of
// that is left, nothing is.
import { setMaxListeners } from "node:events";
import type { JsonObject, McpSession } from "../../call.ts";
import { type Checked, accept } from "../../refusal.ts";
import type { OpenedSession, SessionBegin, SessionHolder } from "../../run/session-token.ts";
import type { SessionLetter } from "../../run/letter.ts";
import type { SharedSessions } from "../../run/shared-sessions.ts";
import { type Asks, type Send, WAIT_MS, createAsks } from "./asks.ts";
import { type EventStream, createEventStream } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";
import type { RpcId } from "./message.ts";
import { type Entry, type Resting, createResting } from "./resting.ts";
import { notificationText } from "./wire.ts";

export interface Session {
  readonly opened: OpenedSession;
  /** What rooms behind the ingress see of it. */
  readonly face: McpSession;
  /** Aborted when it was ended, or is not used here any more. */
  readonly ended: AbortSignal;
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

export interface Wanted {
  readonly token: string;
  readonly holder: SessionHolder;
  /** Whether the endpoint is that of one MCP server. */
  readonly isServer: boolean;
}

export interface Sessions {
  /** Whether a client's next request may come to another sidecar. */
  readonly isShared: boolean;
  /** The session's token; undefined when the capabilities are more than it can carry. */
  begin(begin: SessionBegin): string | undefined;
  /** One of somebody else is not there. What was found is held until it is left as often. */
  find(wanted: Wanted): Session | undefined | Promise<Session | undefined>;
  leave(session: Session): void;
  /** One GET stream more, until it is closed; undefined where there are too many. */
  openStream(session: Session): (() => void) | undefined;
  /** Whether it was ended elsewhere, of which the letter may be lost; what is at work for it here ends with it. */
  hasEnded(session: Session): Promise<boolean>;
  /** For good, or why not. */
  end(session: Session): Promise<Checked<undefined>>;
  /** What nobody here waits for, for the sidecar that may; or why it cannot be handed on. */
  passOn(session: Session, letter: PassedOn): Promise<Checked<undefined>>;
}

type PassedOn = Without<Extract<SessionLetter, { readonly kind: "answer" | "cancel" }>>;
type Without<T> = T extends unknown ? Omit<T, "session"> : never;

interface AtWork extends Entry {
  readonly session: Session;
  readonly ending: AbortController;
  /** Requests that hold it. */
  users: number;
}

/** `closing` ends what is at work, and nothing else: sessions go on at another sidecar, or after a restart. */
export const createSessions = (
  shared: SharedSessions,
  closing: AbortSignal,
  now: () => number = () => performance.now(),
): Sessions => {
  const entries = new Map<string, AtWork>();
  const drop = (entry: AtWork): void => {
    const { session, ending } = entry;
    const { id } = session.opened;
    if (entries.get(id) === entry) entries.delete(id);
    resting.remove(entry);
    ending.abort();
    session.outlet.cut();
    for (const stream of session.streams.values()) stream.cut();
  };
  const resting: Resting<AtWork> = createResting({ now, drop });

  const hold = (opened: OpenedSession, isServer: boolean): Session => {
    const entry = entries.get(opened.id) ?? createEntry(shared, opened, isServer);
    entries.set(opened.id, entry);
    resting.remove(entry);
    entry.users += 1;
    return entry.session;
  };

  const take = (letter: SessionLetter): void => {
    const entry = entries.get(letter.session);
    if (entry === undefined) return;
    const { asks, inFlight, outlet } = entry.session;
    if (letter.kind === "end") drop(entry);
    else if (letter.kind === "answer") asks.answer(letter.question, letter.reply);
    else if (letter.kind === "cancel") inFlight.get(letter.request)?.cancel();
    else if (outlet.isOpen()) outlet.send(letter.message);
  };
  shared.listen(take);

  /** Undefined where it was given up here meanwhile: another one may have its place. */
  const entryOf = (session: Session): AtWork | undefined => {
    const entry = entries.get(session.face.id);
    return entry?.session === session ? entry : undefined;
  };

  closing.addEventListener("abort", () => {
    for (const entry of entries.values()) {
      if (entry.session.inFlight.size === 0) drop(entry);
      else entry.session.outlet.cut(); // calls in flight are still answered
    }
  });

  const end = (session: Session): void => {
    const entry = entryOf(session);
    if (entry !== undefined) drop(entry);
  };

  return {
    isShared: shared.isShared,
    begin: (begin) => shared.mint(begin),
    find: ({ token, holder, isServer }) => {
      const opened = shared.read(token, holder);
      if (opened === undefined) return undefined;
      const judge = (hasEnded: boolean): Session | undefined => (hasEnded ? undefined : hold(opened, isServer));
      const ended = shared.hasEnded(opened);
      return typeof ended === "boolean" ? judge(ended) : ended.then(judge);
    },
    leave: (session) => {
      const entry = entryOf(session);
      if (entry === undefined || (entry.users -= 1) > 0) return;
      if (entry.isNeeded() && !closing.aborted) resting.add(entry);
      else drop(entry);
    },
    openStream: ({ opened }) => resting.openStream(opened.caller),
    hasEnded: async (session) => {
      const hasEnded = await shared.hasEnded(session.opened);
      if (hasEnded) end(session);
      return hasEnded;
    },
    end: async (session) => {
      const ended = await shared.end(session.opened);
      if (ended.ok) end(session);
      return ended;
    },
    passOn: async ({ opened: { id, caller } }, letter) => {
      if (letter.kind === "answer" && !shared.isQuestion(letter.question, id)) return accept(undefined); // nobody's
      return shared.post({ ...letter, session: id }, caller);
    },
  };
};

/** Clients of older revisions take an event without data for a broken one. */
const RESUMABLE_SINCE = "2025-11-25";

const createEntry = (shared: SharedSessions, opened: OpenedSession, isServer: boolean): AtWork => {
  const { id, caller, revision, capabilities } = opened;
  const ending = new AbortController();
  const ended = ending.signal;
  setMaxListeners(0, ended); // one a call in flight
  const asks = createAsks(() => shared.mintQuestion(id, WAIT_MS));
  // A client comes back with its next request, which may be to another sidecar: there, nothing of the stream is.
  const isResumable = isServer && revision === RESUMABLE_SINCE && !shared.isShared;
  const outlet = createEventStream({ name: isResumable ? OUTLET : undefined });
  let streams = 0;
  let isKept = false;
  const send: Send = (message, onLost) => {
    if (!outlet.isOpen() && shared.isShared) {
      const posted = shared.post({ session: id, kind: "say", message }, caller);
      return void posted.then((sent) => (sent.ok ? undefined : onLost?.(sent.refusal.detail)));
    }
    isKept ||= !outlet.isOpen();
    outlet.send(message);
  };
  const face: McpSession = {
    id,
    keep: () => {
      isKept = true;
      return ended;
    },
    notify: (method, params) => send(notificationText(method, params)),
    ask: (method, params, signal) => asks.ask({ method, params, signals: [ended, signal], send }),
  };
  const session: Session = {
    opened,
    face,
    ended,
    revision,
    capabilities,
    asks,
    outlet,
    streams: new Map(),
    inFlight: new Map(),
    isResumable,
    streamName: () => `s${(streams += 1)}`,
  };
  const isNeeded = (): boolean => isKept || session.streams.size > 0;
  return { session, ending, users: 0, caller, isNeeded, seen: 0 };
};

/** Name of the GET stream in event ids. */
export const OUTLET = "g";
