// What a tool gave back, as a CallToolResult. Written as text piece by piece: a result is turned into JSON once, and stands
// in the answer twice, as a text that models read and as structured content that programs take.
import { type JsonValue, type McpEra, type ToolResult, isJsonObject } from "../../call.ts";
import { IMPLEMENTATION, META_SERVER_INFO } from "../../mcp.ts";
import type { Refusal } from "../../refusal.ts";
import { describeRefusal } from "../describe-refusal.ts";
import { refusalTextOf } from "./refusal-text.ts";

export interface ResultContext {
  readonly era: McpEra;
  readonly call: string;
  readonly tool: string;
  /** Whether the client is shown an output schema. */
  readonly isStructured: boolean;
  /** The earlier call whose recorded result this is. */
  readonly repeats?: string | undefined;
}

const SERVER_INFO = `"${META_SERVER_INFO}":${JSON.stringify(IMPLEMENTATION)}`;

/** `resultType` opens every result of the modern era. */
const headOf = (era: McpEra): string => (era === "modern" ? '"resultType":"complete",' : "");

const metaOf = (era: McpEra, call: string, more = ""): string =>
  `"_meta":{${era === "modern" ? `${SERVER_INFO},` : ""}"checkrein/call":"${call}"${more}}`;

const textBlock = (text: string): string => `[{"type":"text","text":${JSON.stringify(text)}}]`;

/** JSON text of the result; a stream of bytes is read here. Undefined when it broke off. */
export const writeResult = (result: ToolResult, context: ResultContext): string | Promise<string | undefined> => {
  switch (result.kind) {
    case "json":
      return writeJson(result.value, context);
    case "text":
      return complete(context, textBlock(result.text));
    case "bytes":
      return readWhole(result.stream).then((bytes) =>
        bytes === undefined ? undefined : complete(context, bytesBlock(result.mediaType, bytes, context.call)),
      );
    case "empty":
      return complete(context, textBlock(`Done. The backend answered ${result.status} without content.`));
    case "content": {
      const structured = result.structured === undefined ? undefined : JSON.stringify(result.structured);
      const content = JSON.stringify(result.content);
      return complete(context, content, shown(result.structured, structured, context), result.isError);
    }
    case "input_required": {
      const { inputRequests, requestState } = result;
      return `{"resultType":"input_required",${member("inputRequests", inputRequests)}${member("requestState", requestState)}${metaOf(context.era, context.call)}}`;
    }
  }
};

const member = (name: string, value: JsonValue | undefined): string =>
  value === undefined ? "" : `"${name}":${JSON.stringify(value)},`;

const writeJson = (value: JsonValue, context: ResultContext): string => {
  const text = JSON.stringify(value);
  return complete(context, textBlock(text), shown(value, text, context));
};

/** Structured content goes with a shown schema, and only then; in the legacy era it is an object. */
const shown = (
  value: JsonValue | undefined,
  text: string | undefined,
  { era, isStructured }: ResultContext,
): string | undefined => {
  if (!isStructured) return undefined;
  const isTaken = era === "modern" || isJsonObject(value);
  return isTaken ? text : undefined;
};

const complete = (
  { era, call, repeats }: ResultContext,
  content: string,
  structured?: string,
  isError = false,
): string => {
  const meta = metaOf(era, call, repeats === undefined ? "" : `,"checkrein/repeats":${JSON.stringify(repeats)}`);
  return `{${headOf(era)}"content":${content},${structured === undefined ? "" : `"structuredContent":${structured},`}"isError":${isError},${meta}}`;
};

/** Bounded by the stream's own limit, which is the backend's. */
const readWhole = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer | undefined> => {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch {
    return undefined; // the journal has why
  }
  return Buffer.concat(chunks);
};

const bytesBlock = (mediaType: string, bytes: Buffer, call: string): string => {
  const blob = bytes.toString("base64");
  const [family = ""] = mediaType.split("/");
  const block =
    family === "image" || family === "audio"
      ? { type: family, mimeType: mediaType, data: blob }
      : { type: "resource", resource: { uri: `urn:checkrein:result:${call}`, mimeType: mediaType, blob } };
  return JSON.stringify([block]);
};

/** A refused call: a result all the same, so that the model reads why. The refusal itself is for programs. */
export const writeRefusal = (refusal: Refusal, { era, call, tool }: ResultContext): string => {
  const described = JSON.stringify(describeRefusal(refusal, call, tool));
  const meta = metaOf(era, call, `,"checkrein/refusal":${described}`);
  return `{${headOf(era)}"content":${textBlock(refusalTextOf(refusal))},"isError":true,${meta}}`;
};

const LIST_TTL_MS = 300_000;

/** A result with the members that clients may cache; they are for this caller alone. */
export const cacheable = (era: McpEra, members: string): string =>
  era === "modern"
    ? `{${headOf(era)}${members},"ttlMs":${LIST_TTL_MS},"cacheScope":"private","_meta":{${SERVER_INFO}}}`
    : `{${members}}`;
