// An MCP server over raw HTTP whose every answer is scripted: JSON, event streams and what no library would write. It knows
// the request that it answers, so that a script can name the right id, or a wrong one.
import type { Socket } from "node:net";
import type { RecordedRequest } from "./scripted-backend.ts";
import { type SocketBackend, type SocketScript, httpAnswer, startSocketBackend } from "./socket-backend.ts";

export interface ServerEvent {
  readonly id?: string;
  readonly event?: string;
  readonly retry?: number;
  /** An object is written as JSON. */
  readonly data?: unknown;
}

export interface RpcMessage {
  readonly id: unknown;
  readonly method: unknown;
  readonly params: unknown;
}

/** One request, and the ways to answer it. */
export interface Talk {
  readonly socket: Socket;
  readonly request: RecordedRequest;
  /** How many requests came before this one since the last `play`. */
  readonly index: number;
  /** The body, where it is JSON. */
  readonly message: RpcMessage;
  header(name: string): string | undefined;
  /** A whole answer. An object is written as JSON. */
  answer(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** 200 with `{ jsonrpc, id, result }`. */
  result(result: unknown): void;
  /** Begins an event stream. */
  stream(headers?: string): void;
  /** One event, in a chunk of its own. */
  event(event: ServerEvent): void;
  /** Any bytes of the stream, in a chunk of their own. */
  chunk(bytes: string | Buffer): void;
  /** Ends the stream as it should; the connection stays. */
  end(): void;
}

export type McpScript = (talk: Talk) => void;

export interface HostileMcpServer extends Omit<SocketBackend, "play"> {
  play(script: McpScript): void;
}

export const startHostileMcpServer = async (script: McpScript): Promise<HostileMcpServer> => {
  const backend = await startSocketBackend(speak(script));
  return { ...backend, play: (next) => backend.play(speak(next)) };
};

const speak =
  (script: McpScript): SocketScript =>
  (socket, request, index) =>
    script(createTalk(socket, request, index));

const createTalk = (socket: Socket, request: RecordedRequest, index: number): Talk => {
  const message = messageOf(request);
  const write = (bytes: string | Buffer): void => void (socket.writable && socket.write(bytes));
  const chunk = (bytes: string | Buffer): void => {
    const body = Buffer.from(bytes);
    write(Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]));
  };
  const answer: Talk["answer"] = (status, body, headers) => write(httpAnswer(status, textOf(body), headers));
  return {
    socket,
    request,
    index,
    message,
    header: (name) => request.headers.find(([field]) => field.toLowerCase() === name)?.[1],
    answer,
    result: (result) => answer(200, { jsonrpc: "2.0", id: message.id, result }),
    stream: (headers = "") =>
      write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${headers}transfer-encoding: chunked\r\n\r\n`),
    event: (event) => chunk(writeEvent(event)),
    chunk,
    end: () => write("0\r\n\r\n"),
  };
};

const textOf = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body));

export const writeEvent = ({ id, event, retry, data }: ServerEvent): string => {
  const fields = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(retry === undefined ? [] : [`retry: ${retry}`]),
    ...(data === undefined ? [] : [`data: ${textOf(data)}`]),
  ];
  return `${fields.join("\n")}\n\n`;
};

const messageOf = ({ body }: RecordedRequest): RpcMessage => {
  if (body.length === 0) return { id: undefined, method: undefined, params: undefined };
  return JSON.parse(body.toString()) as RpcMessage; // only our own client writes it
};
