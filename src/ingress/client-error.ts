// What Node's HTTP parser refuses before there is a request: one answer in the agent's form, then the connection ends,
// because nobody can say where the next request would begin.
import type { Socket } from "node:net";
import { STATUS_CODES } from "node:http";
import { type Refusal, refuse } from "../refusal.ts";
import type { Telemetry } from "../telemetry.ts";
import { createCallId } from "./call-id.ts";
import { describeRefusal } from "./reply.ts";
import type { Turns } from "./turns.ts";

type ClientError = Error & { readonly code?: string };

export const answerClientError = (
  telemetry: Telemetry,
  turns: Turns,
): ((error: ClientError, socket: Socket) => void) => {
  const ending = new WeakSet<Socket>(); // every further packet would be reported again
  return (error, socket) => {
    if (error.code === "ECONNRESET" || socket.destroyed) {
      socket.destroy();
      return;
    }
    if (ending.has(socket)) return;
    ending.add(socket);
    const refusal = readClientError(error);
    telemetry.unread(refusal.code);
    turns.takeUnread(socket, () => answer(socket, refusal));
  };
};

/** A second answer on a connection that is already answering would be read as the first one's body. */
const answer = (socket: Socket, refusal: Refusal): void => {
  if (!socket.writable || socket.bytesWritten > 0) socket.destroySoon();
  else socket.end(writeAnswer(refusal));
};

const readClientError = ({ code }: ClientError): Refusal => {
  if (code === "HPE_HEADER_OVERFLOW")
    return refuse("headers_too_large", "The request line and headers are too large.").refusal;
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return refuse("invalid_request", "The request took too long to arrive.").refusal;
  return refuse("ambiguous_request", "The request is not exactly HTTP/1.1.").refusal;
};

const writeAnswer = (refusal: Refusal): string => {
  const call = createCallId();
  const body = JSON.stringify(describeRefusal(refusal, call, undefined));
  return [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    `checkrein-call: ${call}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
};
