// What broken backends do, byte by byte.
import type { SocketScript } from "../support/socket-backend.ts";

export const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

export const hangs: SocketScript = () => undefined;
export const resets: SocketScript = (socket) => void socket.resetAndDestroy();
export const ends: SocketScript = (socket) => void socket.end();

/** Writes the bytes, and a moment later something else happens. */
export const writeThen =
  (bytes: string, then: SocketScript, afterMs = 30): SocketScript =>
  (socket, request, index) => {
    socket.write(bytes);
    setTimeout(() => then(socket, request, index), afterMs);
  };

/** The same bytes for ever, until the other side has had enough. */
export const repeats =
  (bytes: string, everyMs: number): SocketScript =>
  (socket) => {
    if (socket.destroyed) return; // it has closed while something else was written before
    const timer = setInterval(() => socket.write(bytes), everyMs);
    socket.once("close", () => clearInterval(timer));
  };
