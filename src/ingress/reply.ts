// Verdict -> HTTP. The one place that writes refusals (RFC 9457 problem details) and results; every answer carries the
// call's id in `checkrein-call`.
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { JsonValue, ToolResult } from "../call.ts";
import type { Refusal } from "../refusal.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { describeRefusal } from "./describe-refusal.ts";
import { isMcpTarget, replyRpcRefusal, writeRefusalHead } from "./mcp/wire.ts";
import { withinRunUrl } from "./run-url.ts";

/** Writes a refusal. `tool` is the called tool, where the request got so far. */
export const replyRefusal = (reply: FastifyReply, refusal: Refusal, call: string, tool?: string): FastifyReply => {
  reply.code(refusal.status).header("checkrein-call", call);
  writeRefusalHead(reply, refusal);
  reply.header("content-type", "application/problem+json");
  return reply.send(JSON.stringify(describeRefusal(refusal, call, tool)));
};

/** A result in the backend's own form: status, declared headers, projected body. */
export const replyAsBackend = (reply: FastifyReply, result: ToolResult, call: string): FastifyReply => {
  if (result.kind === "content" || result.kind === "input_required") return replyAsCall(reply, result, call);
  reply.code(result.status);
  const { isRunUrl, target } = reply.request;
  const [path = ""] = isRunUrl ? target.split("?", 1) : [];
  for (const [name, value] of result.headers) {
    if (name.startsWith("checkrein-")) continue; // ours alone
    reply.header(name, isRunUrl ? withinRunUrl(path, name, value) : value);
  }
  reply.header("checkrein-call", call);
  if (result.kind === "empty") return reply.send();
  if (result.kind === "json")
    return reply.header("content-type", "application/json").send(JSON.stringify(result.value));
  return sendRaw(reply, result);
};

/** The answer of `POST /call`: `{"call","result"}` for JSON, the bytes with their media type for everything else. */
export const replyAsCall = (reply: FastifyReply, result: ToolResult, call: string): FastifyReply => {
  reply.code(200).header("checkrein-call", call);
  if (result.kind === "text" || result.kind === "bytes") return sendRaw(reply, result);
  const value = JSON.stringify(valueOf(result));
  return reply.header("content-type", "application/json").send(`{"call":"${call}","result":${value}}`);
};

const valueOf = (result: Exclude<ToolResult, { kind: "text" | "bytes" }>): JsonValue => {
  if (result.kind === "json") return result.value;
  if (result.kind !== "content") return null; // nobody asks an agent back over `/call`
  const { content, structured, isError } = result;
  return { content, ...(structured === undefined ? {} : { structuredContent: structured }), isError };
};

const sendRaw = (reply: FastifyReply, result: Extract<ToolResult, { kind: "text" | "bytes" }>): FastifyReply => {
  // A page from a backend must never run as one of the sidecar's own: no sniffing, no scripts.
  reply.header("x-content-type-options", "nosniff").header("content-security-policy", "sandbox");
  if (result.kind === "text")
    return reply.header("content-type", `${result.mediaType}; charset=utf-8`).send(Buffer.from(result.text));
  return reply.header("content-type", result.mediaType).send(Readable.from(result.stream, { objectMode: false }));
};

/** A request that could not be read is refused and counted; it is no call and no journal record. */
export const refuseUnread = (
  telemetry: Telemetry,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
): FastifyReply => {
  telemetry.unread(refusal.code);
  if (isMcpTarget(request.target)) return replyRpcRefusal(reply, refusal, request.callId);
  return replyRefusal(reply, refusal, request.callId);
};
