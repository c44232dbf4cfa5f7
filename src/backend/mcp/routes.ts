// Which connection an agent's request goes over. All share one, in the era that the server was found to speak, unless the
// server may speak to agents of its own accord: a session of an agent (legacy) then has a session with the server. A server
// that speaks both eras is spoken to in the agent's.
import type { JsonObject, McpAgent, McpEra, McpSession } from "../../call.ts";
import type { Allow } from "../../contract/allow-declaration.ts";
import { type Checked, accept, refuse } from "../../refusal.ts";
import { type Routed, refuseOpening } from "./deliver.ts";
import type { LockedTools, TellChange } from "./drift.ts";
import { type Link, type Opening, type Patience, createLink } from "./link.ts";
import { type WantedEra, openConnection } from "./open.ts";
import { createSessions } from "./sessions.ts";
import type { Way } from "./way.ts";

interface RoutesOptions {
  readonly way: Way;
  readonly allow: Allow;
  readonly locked: LockedTools;
  readonly tell: TellChange;
}

export interface Routes {
  /** Tools are the same in both eras. */
  forCall(agent: McpAgent | undefined, patience: Patience): Promise<Checked<Routed>>;
  /** In the agent's era where the server speaks it; look at the connection's. */
  forRelay(agent: McpAgent, patience: Patience): Promise<Checked<Routed>>;
  forEra(era: WantedEra, patience: Patience): Promise<Checked<Routed>>;
  links(): readonly Link[];
  close(): Promise<void>;
}

/** How long a server's "no" to `initialize` is believed. */
const NO_LEGACY_MS = 300_000;
const NO_CAPABILITIES: JsonObject = Object.freeze({});

export const createRoutes = ({ way, allow, locked, tell }: RoutesOptions): Routes => {
  const isPrivate = allow.elicitation || allow.sampling || allow.roots || allow.logging || allow.subscriptions;
  const sessions = createSessions(way.mostSessions);
  let remembered: McpEra | undefined;
  let noLegacyUntil = 0;
  let isClosed = false;

  const link = (wanted: WantedEra, owner: McpSession | undefined, capabilities: JsonObject): Link => {
    const { kind, createTransport, firstPauseMs } = way;
    const fixed = { kind, createTransport, locked, tell, wanted, owner, capabilities };
    const open = async (signal: AbortSignal): Promise<Opening> => {
      const opened = await openConnection({ ...fixed, remembered, forget: created.forget }, signal);
      if (wanted === undefined && opened.kind === "open") remembered = opened.connection.server.era;
      return opened;
    };
    const created: Link = createLink({ open, firstPauseMs });
    return created;
  };

  const main = link(undefined, undefined, NO_CAPABILITIES);
  let sharedLegacy: Link | undefined;

  const over = async (chosen: Link, patience: Patience): Promise<Checked<Routed>> => {
    const opened = await chosen.get(patience);
    if (opened.kind === "open") return accept({ connection: opened.connection, link: chosen });
    return refuseOpening(opened);
  };

  /** Over a connection of the legacy era, or the main one where the server does not speak it. */
  const overLegacy = async (chosen: Link, patience: Patience): Promise<Checked<Routed>> => {
    const opened = await chosen.get(patience);
    if (opened.kind === "open") return accept({ connection: opened.connection, link: chosen });
    if (opened.kind === "failed") return refuseOpening(opened);
    noLegacyUntil = performance.now() + NO_LEGACY_MS;
    return over(main, patience);
  };

  const forEra = async (era: WantedEra, patience: Patience): Promise<Checked<Routed>> => {
    const routed = await over(main, patience);
    const isEnough = !routed.ok || era !== "legacy" || routed.value.connection.server.era === "legacy";
    if (isEnough || performance.now() < noLegacyUntil) return routed;
    sharedLegacy ??= link("legacy", undefined, NO_CAPABILITIES);
    return overLegacy(sharedLegacy, patience);
  };

  /** Undefined: this agent has no connection of its own. */
  const forSession = (agent: McpAgent | undefined, patience: Patience): Promise<Checked<Routed>> | undefined => {
    const session = agent?.era === "legacy" ? agent.session : undefined;
    if (!isPrivate || agent === undefined || session === undefined || performance.now() < noLegacyUntil)
      return undefined;
    const own = sessions.link(session, () => link("legacy", session, agent.capabilities));
    if (own !== undefined) return overLegacy(own, patience);
    return Promise.resolve(refuse("overloaded", "Too many sessions with this backend are busy. Try again later."));
  };

  const whileOpen =
    <A>(route: (given: A, patience: Patience) => Promise<Checked<Routed>>) =>
    (given: A, patience: Patience): Promise<Checked<Routed>> =>
      isClosed
        ? Promise.resolve(refuse("draining", "The sidecar is stopping; nothing was sent."))
        : route(given, patience);

  return {
    forCall: whileOpen((agent, patience) => forSession(agent, patience) ?? over(main, patience)),
    forRelay: whileOpen((agent, patience) => forSession(agent, patience) ?? forEra(agent.era, patience)),
    forEra: whileOpen(forEra),
    links: () => [main, ...(sharedLegacy === undefined ? [] : [sharedLegacy]), ...sessions.all()],
    close: async () => {
      isClosed = true;
      await Promise.all([main.close(), sharedLegacy?.close(), sessions.close()]);
      await way.close();
    },
  };
};
