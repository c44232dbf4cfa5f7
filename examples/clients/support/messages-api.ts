// Anthropic's Messages API, as Claude Code and the Claude Agent SDK call it.
import { z } from "zod";
import { type ModelApi, ResultText, type Said, named } from "./model-api.ts";

const ToolResult = z.object({ type: z.literal("tool_result"), tool_use_id: z.string(), content: ResultText });
const Block = z.union([ToolResult, z.object({ type: z.string() })]);
const Request = z.object({
  stream: z.boolean().default(false),
  tools: z.array(z.object({ name: z.string() })).default([]),
  messages: z.array(z.object({ content: z.union([z.string(), z.array(Block)]) })),
});

const readRequest: ModelApi["readRequest"] = (body) => {
  const { stream, tools, messages } = Request.parse(body);
  const blocks = messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  const results = blocks.flatMap((block) =>
    "tool_use_id" in block ? [[block.tool_use_id, block.content] as const] : [],
  );
  return { isStreamed: stream, tools, results: new Map(results) };
};

const usage = { input_tokens: 1, output_tokens: 1 };
const message = { id: "msg_fake", type: "message", role: "assistant", model: "fake", usage };
const stopOf = ({ kind }: Said): string => (kind === "call" ? "tool_use" : "end_turn");

const writeAnswer: ModelApi["writeAnswer"] = (said) => {
  const block =
    said.kind === "text"
      ? { type: "text", text: said.text }
      : { type: "tool_use", id: said.id, name: said.tool.name, input: JSON.parse(said.arguments) };
  return { ...message, content: [block], stop_reason: stopOf(said), stop_sequence: null };
};

const writeEvents: ModelApi["writeEvents"] = (said) => {
  const [start, delta] =
    said.kind === "text"
      ? [
          { type: "text", text: "" },
          { type: "text_delta", text: said.text },
        ]
      : [
          { type: "tool_use", id: said.id, name: said.tool.name, input: {} },
          { type: "input_json_delta", partial_json: said.arguments },
        ];
  const stop = { stop_reason: stopOf(said), stop_sequence: null };
  return [
    named({ type: "message_start", message: { ...message, content: [], stop_reason: null, stop_sequence: null } }),
    named({ type: "content_block_start", index: 0, content_block: start }),
    named({ type: "content_block_delta", index: 0, delta }),
    named({ type: "content_block_stop", index: 0 }),
    named({ type: "message_delta", delta: stop, usage }),
    named({ type: "message_stop" }),
  ];
};

export const messagesApi: ModelApi = { path: "/messages", readRequest, writeAnswer, writeEvents };
