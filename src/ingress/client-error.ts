// What Node's HTTP parser refuses before there is a request: one answer in the agent's form, then the connection ends,
// because nobody can say where the next request would begin.
import type { Socket } from "node:net";
import { STATUS_CODES } from "node:http";
import { type Refusal, refuse } from "../refusal.ts";
import type { Telemetry } from "../telemetry.ts";
import { createCallId } from "./call-id.ts";
import { describeRefusal } from "./describe-refusal.ts";
import { isMcpTarget, refusalText } from "./mcp/wire.ts";
import { takeRunToken } from "./run-url.ts";
import type { Turns } from "./turns.ts";

/** `rawPacket` begins where the bytes of the last packet do: with the request line, or in the middle of a request. */
type ClientError = Error & { readonly code?: string; readonly rawPacket?: unknown };

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
    const isMcp = isMcpTarget(takeRunToken(targetOf(error) ?? turns.targetOf(socket)).target);
    turns.takeUnread(socket, () => answer(socket, refusal, isMcp));
  };
};

/** A second answer on a connection that is already answering would be read as the first one's body. */
const answer = (socket: Socket, refusal: Refusal, isMcp: boolean): void => {
  if (!socket.writable || socket.bytesWritten > 0) socket.destroySoon();
  else socket.end(writeAnswer(refusal, isMcp));
};

const targetOf = ({ rawPacket }: ClientError): string | undefined =>
  Buffer.isBuffer(rawPacket) ? /^[A-Z]+ (\S+)/.exec(rawPacket.toString("latin1", 0, LONGEST))?.[1] : undefined;

/** A run URL has its token in front of what tells where it leads. */
const LONGEST = 8192;

const readClientError = ({ code }: ClientError): Refusal => {
  if (code === "HPE_HEADER_OVERFLOW")
    return refuse("headers_too_large", "The request line and headers are too large.").refusal;
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return refuse("invalid_request", "The request took too long to arrive.").refusal;
  return refuse("ambiguous_request", "The request is not exactly HTTP/1.1.").refusal;
};

const writeAnswer = (refusal: Refusal, isMcp: boolean): string => {
  const call = createCallId();
  const body = isMcp ? refusalText(refusal, call) : JSON.stringify(describeRefusal(refusal, call, undefined));
  return [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}`,
    `content-type: application/${isMcp ? "json" : "problem+json"}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `checkrein-call: ${call}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
};
