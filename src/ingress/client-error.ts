// What Node's HTTP parser refuses before there is a request, and CONNECT, behind which no HTTP follows: one answer in the
// agent's form, then the connection ends, because nobody can say where the next request would begin.
import type { Socket } from "node:net";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type Refusal, refuse } from "../refusal.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
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
    if (!isOfParser(error) || socket.destroyed) {
      socket.destroy();
      return;
    }
    if (ending.has(socket)) return;
    ending.add(socket);
    const refusal = readClientError(error);
    telemetry.unread(refusal.code);
    const isMcp = isMcpTarget(takeRunToken(targetOf(error) ?? turns.targetOf(socket)).target);
    turns.takeUnread(socket, (isAnswered) => (isAnswered ? socket.destroySoon() : answer(socket, refusal, isMcp)));
  };
};

/** Of a broken connection, or of TLS, nobody could read an answer. */
const isOfParser = ({ code = "" }: ClientError): boolean => code.startsWith("HPE_") || code.startsWith("ERR_HTTP_");

/** Without a listener Node ends the connection at once, and with it the answer to a call that is in flight there. */
export const answerConnect =
  (telemetry: Telemetry, turns: Turns): ((request: IncomingMessage, socket: Duplex) => void) =>
  (_request, stream) => {
    const socket = stream as Socket; // of a server that listens on TCP
    socket.on("error", () => undefined); // Node has taken its own listener off
    socket.resume();
    const { refusal } = refuse("method_not_allowed", "The method CONNECT is not taken here.");
    telemetry.unread(refusal.code);
    turns.takeUnread(socket, () => answer(socket, refusal, false));
  };

const answer = (socket: Socket, refusal: Refusal, isMcp: boolean): void => {
  if (!socket.writable) return socket.destroySoon();
  socket.end(writeAnswer(refusal, isMcp));
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once("close", () => clearTimeout(timer));
};

/** For the agent to read the answer and to end its side, which it may never do. */
const LINGER_MS = 1000;

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
