// Agents on raw sockets, that do what no client library would.
import { type Socket, connect } from "node:net";

export interface RawAgent {
  readonly socket: Socket;
  /** What came so far. */
  text(): string;
  isClosed(): boolean;
}

export const openAgent = (port: number, first: string | Buffer = ""): Promise<RawAgent> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    let isClosed = false;
    const agent: RawAgent = {
      socket,
      text: () => Buffer.concat(chunks).toString("latin1"),
      isClosed: () => isClosed,
    };
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => undefined); // `close` follows
    socket.on("close", () => {
      isClosed = true;
      resolve(agent);
    });
    socket.once("connect", () => {
      if (first.length > 0) socket.write(first);
      resolve(agent);
    });
  });

export const openAgents = async (
  count: number,
  port: number,
  first: string | Buffer = "",
): Promise<readonly RawAgent[]> => {
  const all: RawAgent[] = [];
  while (all.length < count)
    all.push(
      ...(await Promise.all(Array.from({ length: Math.min(200, count - all.length) }, () => openAgent(port, first)))),
    );
  return all;
};

export const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;

export const post = (path: string, body: string, length = Buffer.byteLength(body)): string =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
