// OpenAI's Responses API, as Codex and the OpenAI Agents SDK call it.
import { z } from "zod";
import { type ModelApi, type OfferedTool, ResultText, type Said, named } from "./model-api.ts";

const Tool = z.object({ type: z.string(), name: z.string().optional() });
const Offer = z.union([z.object({ ...Tool.shape, name: z.string(), tools: z.array(Tool) }), Tool]);
const Output = z.object({ type: z.literal("function_call_output"), call_id: z.string(), output: ResultText });
const Item = z.union([Output, z.object({ type: z.string().optional() })]);
const Request = z.object({
  stream: z.boolean().default(false),
  tools: z.array(Offer).default([]),
  input: z.union([z.string(), z.array(Item)]),
});

const readRequest: ModelApi["readRequest"] = (body) => {
  const { stream, tools, input } = Request.parse(body);
  const items = typeof input === "string" ? [] : input;
  const results = items.flatMap((item) => ("call_id" in item ? [[item.call_id, item.output] as const] : []));
  return { isStreamed: stream, tools: tools.flatMap(offered), results: new Map(results) };
};

const offered = (offer: z.infer<typeof Offer>): readonly OfferedTool[] => {
  if (!("tools" in offer)) return offer.name === undefined ? [] : [{ name: offer.name }];
  return offer.tools.flatMap(({ name }) => (name === undefined ? [] : [{ name, namespace: offer.name }]));
};

const itemOf = (said: Said): object => {
  if (said.kind === "text") {
    const content = [{ type: "output_text", text: said.text, annotations: [] }];
    return { type: "message", id: "msg_fake", role: "assistant", status: "completed", content };
  }
  const { id, tool, arguments: text } = said;
  const namespace = tool.namespace === undefined ? {} : { namespace: tool.namespace };
  const call = { type: "function_call", id: `fc_${id}`, call_id: id, status: "completed" };
  return { ...call, name: tool.name, ...namespace, arguments: text };
};

const details = { input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } };
const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2, ...details };

const response = { id: "resp_fake", object: "response", created_at: 0, model: "fake", status: "completed", usage };

const writeAnswer = (said: Said): object => ({ ...response, output: [itemOf(said)] });

const writeEvents: ModelApi["writeEvents"] = (said) => {
  const item = itemOf(said);
  return [
    named({ type: "response.created", response: { ...writeAnswer(said), status: "in_progress", output: [] } }),
    named({ type: "response.output_item.added", output_index: 0, item }),
    named({ type: "response.output_item.done", output_index: 0, item }),
    named({ type: "response.completed", response: writeAnswer(said) }),
  ];
};

export const responsesApi: ModelApi = { path: "/responses", readRequest, writeAnswer, writeEvents };
