// A connection for each session of an agent, for servers of the legacy era that speak to the agent of their own accord:
// what one agent is asked or told never reaches another. Their number is bounded: the one idle for longest goes.
import type { McpSession } from "../../call.ts";
import type { Link } from "./link.ts";

interface Sessions {
  /** Undefined when there are too many and all of them are busy. */
  link(session: McpSession, create: () => Link): Link | undefined;
  all(): readonly Link[];
  close(): Promise<void>;
}

export const createSessions = (most: number): Sessions => {
  /** Least recently used first. */
  const links = new Map<McpSession, Link>();
  /** Listened to once, however often they lose their connection to others. */
  const known = new WeakSet<McpSession>();

  const end = (session: McpSession): void => {
    const link = links.get(session);
    links.delete(session);
    void link?.close();
  };

  const makeRoom = (): boolean => {
    if (links.size < most) return true;
    for (const [session, link] of links) {
      if (!link.isIdle()) continue;
      end(session);
      return true;
    }
    return false;
  };

  return {
    link: (session, create) => {
      const standing = links.get(session);
      const ended = session.keep();
      if (standing === undefined && (ended.aborted || !makeRoom())) return undefined;
      const link = standing ?? create();
      links.delete(session);
      links.set(session, link);
      if (!known.has(session)) ended.addEventListener("abort", () => end(session), { once: true });
      known.add(session);
      return link;
    },
    all: () => [...links.values()],
    close: async () => {
      const closed = [...links.values()].map((link) => link.close());
      links.clear();
      await Promise.all(closed);
    },
  };
};
