// The JSON-RPC texts that the sidecar writes. On the MCP paths every refusal is a JSON-RPC error, whatever went wrong: a
// client that gets problem details or HTML there takes the server for one of another era.
import type { FastifyReply } from "fastify";
import type { JsonObject, JsonValue } from "../../call.ts";
import { rpcCodes } from "../../mcp.ts";
import type { Refusal } from "../../refusal.ts";
import { describeRefusal, retryAfterOf } from "../describe-refusal.ts";
import type { RpcId, RpcRejection } from "./message.ts";

/** Whether a request target, as it stands on the wire, is one of the MCP endpoints. */
export const isMcpTarget = (target: string): boolean => /^\/mcp(?:[/?]|$)/.test(target);

/** `result` is JSON text. */
export const resultText = (id: RpcId, result: string): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: JsonValue | Readonly<Record<string, unknown>>;
}

/** Without an id where none could be read: MCP has no `null` there. */
export const errorText = (id: RpcId | undefined, error: RpcError): string =>
  JSON.stringify({ jsonrpc: "2.0", ...(id === undefined ? {} : { id }), error });

export const notificationText = (method: string, params: JsonObject): string =>
  JSON.stringify({ jsonrpc: "2.0", method, params });

export const requestText = (id: RpcId, method: string, params: JsonObject): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

export const rejectionText = ({ id, code, refusal, data }: RpcRejection, call: string, tool?: string): string =>
  errorText(id, { code, message: refusal.detail, data: data ?? describeRefusal(refusal, call, tool) });

/** The HTTP headers of a refusal. */
export const writeRefusalHead = (reply: FastifyReply, refusal: Refusal): void => {
  if (refusal.close === true) reply.header("connection", "close");
  if (refusal.code === "unauthenticated") reply.header("www-authenticate", "Bearer"); // RFC 9110, 11.6.1
  const wait = retryAfterOf(refusal);
  if (wait !== undefined) reply.header("retry-after", wait);
};

/** Of an event stream, which goes past the reply that knows it. */
export const streamHead = ({ request }: FastifyReply, call: string): Readonly<Record<string, string>> => ({
  "checkrein-call": call,
  "checkrein-contracts": request.served.version,
});

export const sendText = (reply: FastifyReply, status: number, call: string, text: string): FastifyReply =>
  reply.code(status).header("checkrein-call", call).header("content-type", "application/json").send(text);

/** A refusal of what never became a call: 4xx or 5xx, its JSON-RPC error has no id. */
export const replyRpcRefusal = (reply: FastifyReply, refusal: Refusal, call: string): FastifyReply => {
  writeRefusalHead(reply, refusal);
  return sendText(reply, refusal.status, call, refusalText(refusal, call));
};

export const refusalText = (refusal: Refusal, call: string): string =>
  rejectionText({ ok: false, code: codeOf(refusal), refusal }, call);

const codeOf = ({ status }: Refusal): number => (status < 500 ? rpcCodes.invalidRequest : rpcCodes.internalError);
