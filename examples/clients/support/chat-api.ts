// The Chat Completions API, as every OpenAI-compatible provider speaks it: the AI SDK, LangChain, Mastra.
import { z } from "zod";
import { type ModelApi, ResultText, type Said } from "./model-api.ts";

const ToolMessage = z.object({ role: z.literal("tool"), tool_call_id: z.string(), content: ResultText });
const Request = z.object({
  stream: z.boolean().nullish(),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).default([]),
  messages: z.array(z.union([ToolMessage, z.object({ role: z.string() })])),
});

const readRequest: ModelApi["readRequest"] = (body) => {
  const { stream, tools, messages } = Request.parse(body);
  const results = messages.flatMap((one) => ("tool_call_id" in one ? [[one.tool_call_id, one.content] as const] : []));
  return { isStreamed: stream === true, tools: tools.map((tool) => tool.function), results: new Map(results) };
};

const messageOf = (said: Said): object => {
  if (said.kind === "text") return { role: "assistant", content: said.text };
  const call = { name: said.tool.name, arguments: said.arguments };
  return {
    role: "assistant",
    content: null,
    tool_calls: [{ index: 0, id: said.id, type: "function", function: call }],
  };
};

const finishOf = ({ kind }: Said): string => (kind === "call" ? "tool_calls" : "stop");
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

/** Ids differ: LangGraph takes a message whose id it knows for a new version of that message. */
const completionOf = (said: Said): object => ({
  id: `chatcmpl_${said.kind === "call" ? said.id : "end"}`,
  created: 0,
  model: "fake",
});

const writeAnswer: ModelApi["writeAnswer"] = (said) => {
  const choice = { index: 0, message: messageOf(said), finish_reason: finishOf(said) };
  return { ...completionOf(said), object: "chat.completion", choices: [choice], usage };
};

const writeEvents: ModelApi["writeEvents"] = (said) => {
  const chunk = { ...completionOf(said), object: "chat.completion.chunk" };
  const delta = { index: 0, delta: messageOf(said), finish_reason: null };
  const end = { index: 0, delta: {}, finish_reason: finishOf(said) };
  return [{ data: { ...chunk, choices: [delta] } }, { data: { ...chunk, choices: [end], usage } }, { data: "[DONE]" }];
};

export const chatApi: ModelApi = { path: "/chat/completions", readRequest, writeAnswer, writeEvents };
