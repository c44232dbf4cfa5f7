// Keeps the events of a session's streams, so that a client whose stream was closed can come back with Last-Event-ID
// (SEP-1699, initialize revisions only). An event's id is its stream's and its place in the session.
import type { EventStore, JSONRPCMessage } from "@modelcontextprotocol/server";

interface StoredEvent {
  readonly id: string;
  readonly stream: string;
  readonly message: JSONRPCMessage;
}

/** The SDK stores the priming event as `{}`; there is nothing in it to send again. */
const isPriming = (message: JSONRPCMessage): boolean => Object.keys(message).length === 0;

export const createEventStore = (): EventStore => {
  const events: StoredEvent[] = [];
  return {
    async storeEvent(stream, message) {
      const id = `${stream}:${events.length}`;
      events.push({ id, stream, message });
      return id;
    },
    async replayEventsAfter(lastEventId, { send }) {
      const last = events.findIndex(({ id }) => id === lastEventId);
      const stream = events[last]?.stream;
      if (stream === undefined) throw new Error("There is no event of this id.");
      for (const event of events.slice(last + 1)) {
        if (event.stream === stream && !isPriming(event.message)) await send(event.id, event.message);
      }
      return stream;
    },
  };
};
