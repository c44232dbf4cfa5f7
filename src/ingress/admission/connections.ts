// Connections of a listener, bounded: beyond the bound the one that has been idle longest makes room, so that sockets which
// nobody uses never keep anybody out. And a client that does not take its answer is cut off when nothing of it has moved for a
// while: what waits for it is memory.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface Connections {
  open(): number;
  close(): void;
}

export interface ConnectionOptions {
  readonly maxConnections: number;
  /** Milliseconds that an answer may stand still. */
  readonly stallTimeoutMs: number;
}

/** Beside the bound, for those that are shaking hands. */
const HANDSHAKES = 64;

export const boundConnections = (
  server: Server,
  { maxConnections, stallTimeoutMs }: ConnectionOptions,
): Connections => {
  /** In the order in which they became idle. */
  const idle = new Set<Socket>();
  /** With how many requests that are not answered. */
  const busy = new Map<Socket, number>();
  server.maxConnections = maxConnections + HANDSHAKES;

  const makeRoom = (): void => {
    if (idle.size + busy.size < maxConnections) return;
    const [oldest] = idle;
    oldest?.destroy();
  };
  const open = (socket: Socket): void => {
    makeRoom();
    if (idle.size + busy.size >= maxConnections && idle.size === 0) return void socket.destroy();
    idle.add(socket);
    socket.once("close", () => {
      idle.delete(socket);
      busy.delete(socket);
    });
  };
  const take = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    idle.delete(socket);
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const left = (busy.get(socket) ?? 1) - 1;
      if (left > 0) return void busy.set(socket, left);
      busy.delete(socket);
      if (!socket.destroyed) idle.add(socket);
    });
  };
  /** Node's own timer of a socket sees whether anything of a long write has moved, and cuts it where nobody listens to it. */
  const watchAnswers = (): void => {
    for (const socket of busy.keys()) {
      const isWaiting = socket.writableLength > 0;
      const isWatched = socket.timeout === stallTimeoutMs;
      if (isWaiting !== isWatched) socket.setTimeout(isWaiting ? stallTimeoutMs : 0);
    }
  };
  const watch = setInterval(watchAnswers, Math.min(1000, stallTimeoutMs)).unref();
  server.on("setSecureContext" in server ? "secureConnection" : "connection", open);
  server.prependListener("request", take);
  return { open: () => idle.size + busy.size, close: () => clearInterval(watch) };
};
