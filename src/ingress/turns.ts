// Requests of one connection are taken one after the other. Node hands out pipelined requests as soon as their bytes are
// there: one behind a refusal that closes the connection would be forwarded although nobody can say where it begins.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

interface Turn {
  /** Fastify keeps the request line's own target as `originalUrl`. */
  readonly request: IncomingMessage & { readonly originalUrl?: string };
  readonly reply: ServerResponse;
  /** The answer that has to be out before this one's turn. */
  readonly earlier: ServerResponse | undefined;
}

export interface Turns {
  /** Calls `act` once every earlier request of the connection is answered; never when the connection ended with it. */
  take(request: IncomingMessage, reply: ServerResponse, act: () => void): void;
  /** The same for what cannot be read: the rest of the request that is arriving, which may be answered already, or the one behind it. */
  takeUnread(socket: Socket, act: (isAnswered: boolean) => void): void;
  /** The target of the connection's latest request, as it stands on the wire; empty before the first. */
  targetOf(socket: Socket): string;
}

export const createTurns = (): Turns => {
  const latest = new WeakMap<Socket, Turn>();
  return {
    take: (request, reply, act) => {
      const earlier = latest.get(request.socket)?.reply;
      latest.set(request.socket, { request, reply, earlier });
      after(earlier, request.socket, act);
    },
    takeUnread: (socket, act) => {
      const last = latest.get(socket);
      const isArriving = last?.request.complete === false;
      const isAnswered = (): boolean => isArriving && last.reply.headersSent;
      after(isArriving ? last.earlier : last?.reply, socket, () => act(isAnswered()));
    },
    targetOf: (socket) => latest.get(socket)?.request.originalUrl ?? "",
  };
};

const after = (earlier: ServerResponse | undefined, socket: Socket, act: () => void): void => {
  if (earlier === undefined) return act();
  const actIfOpen = (): void => {
    if (socket.writable) act(); // an answer that closes the connection has ended it by now
  };
  if (earlier.closed) actIfOpen();
  else earlier.once("close", actIfOpen);
};
