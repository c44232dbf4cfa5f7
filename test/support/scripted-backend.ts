// A backend on a raw TCP socket: records every request and answers as scripted, also with what no HTTP library would write
// (a body that breaks off, a length that is wrong). Beside it a canary: a listener that nobody may ever connect to.
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { once } from "node:events";
import { type Fields, fieldValues, readBody, splitField } from "./raw-http.ts";

export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Fields;
  readonly body: Buffer;
}

/** As in the `backend` member of a case. `{{CANARY_PORT}}` in headers and body becomes the canary's port. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Fields;
  readonly body_text?: string;
  readonly body_repeat?: number;
  readonly then?: "close";
  /** Not in the cases: how long the answer lets wait. */
  readonly delayMs?: number;
}

export interface ScriptedBackend {
  readonly url: string;
  readonly canaryPort: number;
  /** What arrived since the last `reset`. */
  requests(): readonly RecordedRequest[];
  canaryConnections(): number;
  /** Forgets what arrived; from now on every request gets this answer, by default 200 `{"ok":true}`. */
  reset(answer?: ScriptedAnswer): void;
  close(): Promise<void>;
}

const DEFAULT: ScriptedAnswer = {
  status: 200,
  headers: [["Content-Type", "application/json"]],
  body_text: '{"ok":true}',
};

export const startScriptedBackend = async (): Promise<ScriptedBackend> => {
  const sockets = new Set<Socket>();
  let requests: RecordedRequest[] = [];
  let canaryConnections = 0;
  let script = DEFAULT;
  const canary = await listen((socket) => {
    canaryConnections += 1;
    socket.destroy();
  });
  const canaryPort = portOf(canary);
  const server = await listen((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, (request) => {
      requests.push(request);
      const answer = script;
      if (answer.delayMs === undefined) writeAnswer(socket, answer, canaryPort);
      else setTimeout(() => writeAnswer(socket, answer, canaryPort), answer.delayMs);
    });
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    canaryPort,
    requests: () => requests,
    canaryConnections: () => canaryConnections,
    reset: (answer) => {
      requests = [];
      canaryConnections = 0;
      script = answer ?? DEFAULT;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed(server), closed(canary)]);
    },
  };
};

const listen = async (accept: (socket: Socket) => void): Promise<Server> => {
  const server = createServer(accept);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port; // a TCP server that listens has one
const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Reads requests one after the other off a connection. */
export const serve = (socket: Socket, take: (request: RecordedRequest) => void): void => {
  let waiting = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("data", (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (let read = readRequest(waiting); read !== undefined; read = readRequest(waiting)) {
      waiting = waiting.subarray(read.length);
      take(read.request);
    }
  });
};

const readRequest = (bytes: Buffer): { request: RecordedRequest; length: number } | undefined => {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const [method = "", target = ""] = line.split(" ");
  const headers = lines.map(splitField);
  const body = readBody(headers, bytes.subarray(end + 4));
  if (body === undefined) return undefined;
  return { request: { method, target, headers, body: Buffer.from(body.body) }, length: end + 4 + body.length };
};

const writeAnswer = (socket: Socket, answer: ScriptedAnswer, canaryPort: number): void => {
  if (!socket.writable) return;
  const fill = (text: string): string => text.replaceAll("{{CANARY_PORT}}", String(canaryPort));
  const body = Buffer.from(fill(answer.body_text ?? "").repeat(answer.body_repeat ?? 1));
  const headers = [...(answer.headers ?? [])];
  if (fieldValues(headers, "content-length").length === 0) headers.push(["Content-Length", String(body.length)]);
  const lines = headers.map(([name, value]) => `${name}: ${fill(value)}\r\n`).join("");
  socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 ${answer.status ?? 200} Scripted\r\n${lines}\r\n`), body]));
  if (answer.then === "close") socket.end();
};
