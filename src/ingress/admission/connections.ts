// Connections of a listener, bounded: beyond the bound the one that has been idle longest makes room, so that sockets which
// nobody uses, or whose handshake never ends, keep nobody out. Node's own `maxConnections` would: it drops the newcomer. And a
// client that does not take its answer is cut off when nothing of it has moved for a while: what waits for it is memory.
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

export const boundConnections = (
  server: Server,
  { maxConnections, stallTimeoutMs }: ConnectionOptions,
): Connections => {
  /** In the order in which they became idle, as they are while they shake hands. */
  const idle = new Set<Socket>();
  /** Those of them that shake hands, by their way, which a closed socket does not know any more. */
  const handshakes = new Map<string, Socket>();
  const ways = new WeakMap<Socket, string>();
  /** With how many requests that are not answered. */
  const busy = new Map<Socket, number>();

  const makeRoom = (): boolean => {
    if (idle.size + busy.size < maxConnections) return true;
    // So that a flood of handshakes does not close the connections of those who came to the end of theirs.
    const [oldest] = 2 * handshakes.size > maxConnections ? handshakes.values() : idle;
    if (oldest === undefined) return false;
    forget(oldest); // its `close` comes later, and the next newcomer needs the room of another one
    oldest.destroy();
    return true;
  };
  const forget = (socket: Socket): void => {
    idle.delete(socket);
    busy.delete(socket);
    const way = ways.get(socket);
    if (way !== undefined && handshakes.get(way) === socket) handshakes.delete(way);
  };
  const open = (socket: Socket): void => {
    if (!makeRoom()) return void socket.destroy();
    idle.add(socket);
    socket.once("close", () => forget(socket));
  };
  const beginHandshake = (socket: Socket): void => {
    open(socket);
    if (!idle.has(socket)) return;
    const way = wayOf(socket);
    ways.set(socket, way);
    handshakes.set(way, socket);
  };
  /** From here on the socket of TLS stands for the one below it. */
  const endHandshake = (socket: Socket): void => {
    const below = handshakes.get(wayOf(socket));
    if (below !== undefined) forget(below);
    open(socket);
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
  if ("setSecureContext" in server) {
    server.on("connection", beginHandshake).on("secureConnection", endHandshake);
    // A connection in its handshake is none of the HTTP server's yet, whose `close` would wait for it.
    const closeAll = server.closeAllConnections.bind(server);
    server.closeAllConnections = () => {
      closeAll();
      for (const socket of handshakes.values()) socket.destroy();
    };
  } else server.on("connection", open);
  server.prependListener("request", take);
  return { open: () => idle.size + busy.size, close: () => clearInterval(watch) };
};

/** What tells a connection of one listener from all others. */
const wayOf = ({ localAddress, remoteAddress, remotePort }: Socket): string =>
  `${localAddress} ${remoteAddress} ${remotePort}`;
