// What an HTTP answer is to a JSON-RPC request: one JSON message, an event stream that has it somewhere, or none of the
// protocol. HTTP errors that carry a JSON-RPC error are answers; redirects, compression and other media types are not.
import { type McpReply, type RestAnswer, mediaTypeOf } from "../../call.ts";
import { oneHeader } from "../backend.ts";
import type { Exchange } from "../exchange.ts";
import { type ServerResponse, readMessage } from "./json-rpc.ts";
import type { TransportAnswer, TransportFailure } from "./transport.ts";

type Headers = RestAnswer["headers"];
export type Shape = "json" | "stream" | "other";

export const EVENT_STREAM = "text/event-stream";

export const shapeOf = (status: number, headers: Headers): Shape => {
  const encoding = oneHeader(headers, "content-encoding").trim().toLowerCase();
  if (encoding !== "" && encoding !== "identity") return "other";
  const type = mediaTypeOf({ headers });
  if (type === EVENT_STREAM && status === 200) return "stream";
  return type === "application/json" && (status === 200 || status >= 400) ? "json" : "other";
};

/** For requests whose answer's body, if it comes, is of no interest. */
export const ignoreBody = (): "enough" => "enough";

/** What the sink of a stream found, where there was one. */
export interface Found {
  readonly shape: Shape;
  readonly reply: McpReply | undefined;
}

export const judgeExchange = (sent: Exchange, found: Found, id: number): TransportAnswer => {
  if (!sent.ok) return { ...sent, failure: failureOf(sent), status: undefined };
  const { status, headers } = sent.answer;
  const response = found.shape === "json" ? readJson(sent.answer, id) : undefined;
  const reply = response?.reply ?? found.reply;
  if (reply !== undefined) {
    const isUnread = response !== undefined && response.id !== id;
    return { ok: true, reply, status, session: sessionOf(headers), isUnread };
  }
  const isCut = found.shape === "stream";
  const error = new Error(isCut ? "the stream ended before the answer came" : describe(status, headers, found.shape));
  return { ok: false, failure: isCut ? "broken" : "not_protocol", status, started: true, answered: true, error };
};

const failureOf = ({ failure, started }: Extract<Exchange, { ok: false }>): TransportFailure =>
  failure === "broken" && !started ? "unreachable" : failure;

/** An error without an id is about this request, too: the server could not or would not read it. */
const readJson = ({ status, body }: RestAnswer, id: number): ServerResponse | undefined => {
  const message = body.kind === "bytes" ? readMessage(body.bytes) : undefined;
  if (message?.kind !== "response") return undefined;
  const isOurs = message.id === id || message.id === null || message.id === undefined;
  const isFitting = status === 200 || message.reply.kind === "error";
  return isOurs && isFitting ? message : undefined;
};

/** 2025-11-25, Session Management: visible ASCII. Anything else is no session. */
const sessionOf = (headers: Headers): string | undefined => {
  const id = oneHeader(headers, "mcp-session-id");
  return /^[\x21-\x7e]+$/.test(id) ? id : undefined;
};

const describe = (status: number, headers: Headers, shape: Shape): string => {
  if (shape === "json") return `status ${status} with JSON that is no answer to the request`;
  if (status >= 300 && status < 400) return `a redirect (${status}), and redirects are never followed`;
  const encoding = oneHeader(headers, "content-encoding");
  const type = mediaTypeOf({ headers }).slice(0, 80);
  return `status ${status} with ${encoding === "" ? "" : "compressed "}${type === "" ? "no media type" : type}`;
};
