// The fixture's tools that answer by themselves: content of every type, an error, progress, log lines, a stream that is
// closed on purpose, a header parameter, and the triggers of list changes. Names and meanings are the suite's.
import { setTimeout as sleep } from "node:timers/promises";
import { type CallToolResult, fromJsonSchema, type McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import { DIALECT_2020_12, PIXEL_PNG, SILENT_WAV } from "./conformance-samples.ts";

/** What a tool may publish to the open `subscriptions/listen` streams. */
export interface ListChanges {
  toolsChanged(): void;
  promptsChanged(): void;
}

type Content = CallToolResult["content"];

const said = (text: string): CallToolResult => ({ content: [{ type: "text", text }] });

const embedded = (uri: string, mimeType: string, text: string): Content[number] => ({
  type: "resource",
  resource: { uri, mimeType, text },
});

/** Tools without arguments whose answer never changes. */
const FIXED: Readonly<Record<string, { readonly description: string; readonly content: Content }>> = {
  test_simple_text: {
    description: "Answers with one text block.",
    content: [{ type: "text", text: "This is a simple text response for testing." }],
  },
  test_image_content: {
    description: "Answers with one image block.",
    content: [{ type: "image", data: PIXEL_PNG, mimeType: "image/png" }],
  },
  test_audio_content: {
    description: "Answers with one audio block.",
    content: [{ type: "audio", data: SILENT_WAV, mimeType: "audio/wav" }],
  },
  test_embedded_resource: {
    description: "Answers with one embedded resource.",
    content: [embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")],
  },
  test_multiple_content_types: {
    description: "Answers with a text, an image and an embedded resource.",
    content: [
      { type: "text", text: "Multiple content types test:" },
      { type: "image", data: PIXEL_PNG, mimeType: "image/png" },
      embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ],
  },
  test_streaming_elicitation: {
    description: "Answers at once: the stream may carry no request of the server's own.",
    content: [{ type: "text", text: "No request was made on this stream." }],
  },
};

const registerFixed = (server: McpServer): void => {
  for (const [name, { description, content }] of Object.entries(FIXED)) {
    server.registerTool(name, { description }, () => ({ content }));
  }
};

const NOTHING = z.object({});

const registerStreaming = (server: McpServer): void => {
  server.registerTool(
    "test_tool_with_logging",
    { description: "Says three log lines, some time apart, before it answers.", inputSchema: NOTHING },
    async (_, context) => {
      for (const data of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
        await context.mcpReq.notify({ method: "notifications/message", params: { level: "info", data } });
        await sleep(50);
      }
      return said("Tool with logging executed successfully");
    },
  );
  server.registerTool(
    "test_tool_with_progress",
    { description: "Says its progress three times, if it was given a token.", inputSchema: NOTHING },
    (_, context) => reportProgress(context),
  );
  server.registerTool(
    "test_logging_tool",
    { description: "Logs one line, which the request must have asked for to get.", inputSchema: NOTHING },
    async (_, context) => {
      await context.mcpReq.log("info", "Logged because the request asked for it.");
      return said("logged");
    },
  );
  server.registerTool(
    "test_reconnection",
    { description: "Closes its stream before it answers, so that the client must come back.", inputSchema: NOTHING },
    async (_, context) => {
      context.http?.closeSSE?.();
      await sleep(100);
      return said("Reconnection test completed successfully.");
    },
  );
};

const reportProgress = async (context: ServerContext): Promise<CallToolResult> => {
  const { _meta: meta } = context.mcpReq;
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return said("no-progress-token");
  for (const progress of [0, 50, 100]) {
    const message = `Completed step ${progress} of 100`;
    await context.mcpReq.notify({
      method: "notifications/progress",
      params: { progressToken, progress, total: 100, message },
    });
    await sleep(50);
  }
  return said(String(progressToken));
};

/** Written as JSON Schema, so that the annotation and the keywords are listed as they stand here. */
const HEADER_ARGUMENTS = {
  type: "object",
  properties: {
    region: { type: "string", description: "mirrored into Mcp-Param-Region", "x-mcp-header": "Region" },
    level: { type: "integer", description: "not mirrored" },
  },
};

const registerSchemas = (server: McpServer): void => {
  server.registerTool(
    "test_x_mcp_header",
    {
      description: "Has an argument that is also a header.",
      inputSchema: fromJsonSchema<{ readonly region?: string }>(HEADER_ARGUMENTS),
    },
    ({ region }) => said(`region=${region ?? "<none>"}`),
  );
  server.registerTool(
    "json_schema_2020_12_tool",
    { description: "Has a schema with the keywords of 2020-12.", inputSchema: fromJsonSchema(DIALECT_2020_12) },
    (given) => said(`called with ${JSON.stringify(given)}`),
  );
  server.registerTool("test_error_handling", { description: "Fails." }, () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
};

const registerTriggers = (server: McpServer, changes: ListChanges): void => {
  server.registerTool(
    "test_trigger_tool_change",
    { description: "Tells listeners that the tools changed.", inputSchema: NOTHING },
    () => {
      changes.toolsChanged();
      return said("tools/list_changed was published");
    },
  );
  server.registerTool(
    "test_trigger_prompt_change",
    { description: "Tells listeners that the prompts changed.", inputSchema: NOTHING },
    () => {
      changes.promptsChanged();
      return said("prompts/list_changed was published");
    },
  );
};

export const registerTools = (server: McpServer, changes: ListChanges): void => {
  registerSchemas(server);
  registerFixed(server);
  registerStreaming(server);
  registerTriggers(server, changes);
};
