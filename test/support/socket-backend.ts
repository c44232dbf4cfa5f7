// A backend whose every answer is a function over the raw socket: for faults that no server library would make.
import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { type RecordedRequest, serve } from "./scripted-backend.ts";

/** `index`: how many requests came before this one since the last `play`. */
export type SocketScript = (socket: Socket, request: RecordedRequest, index: number) => void;

export interface SocketBackend {
  readonly url: string;
  readonly port: number;
  /** What arrived since the last `play`. */
  requests(): readonly RecordedRequest[];
  openSockets(): number;
  /** Ends every connection that there is. */
  drop(): void;
  /** Forgets what arrived and answers by this script from now on. */
  play(script: SocketScript): void;
  close(): Promise<void>;
}

/** A whole answer, as bytes. */
export const httpAnswer = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): string => {
  const fields = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Answer\r\n${lines.join("")}\r\n${body}`;
};

/** Answers every request alike. */
export const always =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): SocketScript =>
  (socket) =>
    void socket.write(httpAnswer(status, body, headers));

/** `wrap`: puts something between the port and the scripts, such as TLS. */
export const startSocketBackend = async (
  first: SocketScript,
  wrap: (accept: (socket: Socket) => void) => Server = createServer,
): Promise<SocketBackend> => {
  const sockets = new Set<Socket>();
  let requests: RecordedRequest[] = [];
  let script = first;
  const server = wrap((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, (request) => {
      requests.push(request);
      script(socket, request, requests.length - 1);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: () => requests,
    openSockets: () => sockets.size,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    play: (next) => {
      requests = [];
      script = next;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
