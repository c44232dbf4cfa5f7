// The fixture's prompts and completions. Names and texts are the suite's.
import {
  acceptedContent,
  type GetPromptResult,
  inputRequired,
  type McpServer,
  type PromptCallback,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { PIXEL_PNG } from "./conformance-samples.ts";

type Content = GetPromptResult["messages"][number]["content"];

const fromUser = (...contents: readonly Content[]): GetPromptResult => ({
  messages: contents.map((content) => ({ role: "user", content })),
});

const text = (words: string): Content => ({ type: "text", text: words });

const registerFixed = (server: McpServer): void => {
  server.registerPrompt("test_simple_prompt", { description: "A prompt without arguments." }, () =>
    fromUser(text("This is a simple prompt for testing.")),
  );
  server.registerPrompt("test_prompt_with_image", { description: "A prompt with a picture." }, () =>
    fromUser({ type: "image", data: PIXEL_PNG, mimeType: "image/png" }, text("Please analyze the image above.")),
  );
};

const registerWithArguments = (server: McpServer): void => {
  server.registerPrompt(
    "test_prompt_with_arguments",
    {
      description: "A prompt with two required arguments.",
      argsSchema: z.object({
        arg1: z.string().describe("First test argument"),
        arg2: z.string().describe("Second test argument"),
      }),
    },
    ({ arg1, arg2 }) => fromUser(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    {
      description: "A prompt that embeds the resource it is told.",
      argsSchema: z.object({ resourceUri: z.string().describe("URI of the resource to embed") }),
    },
    ({ resourceUri: uri }) =>
      fromUser(
        { type: "resource", resource: { uri, mimeType: "text/plain", text: "Embedded resource content for testing." } },
        text("Please process the embedded resource above."),
      ),
  );
};

const CONTEXT = z.object({ context: z.string() });

const askContext: PromptCallback = (request) => {
  const answer = acceptedContent(request.mcpReq.inputResponses, "user_context", CONTEXT);
  if (answer !== undefined) return fromUser(text(`Use the following context: ${answer.context}`));
  const requestedSchema = {
    type: "object",
    properties: { context: { type: "string" } },
    required: ["context"],
  } as const;
  const elicited = inputRequired.elicit({
    message: "What context should the prompt use?",
    requestedSchema: { ...requestedSchema, required: [...requestedSchema.required] },
  });
  return inputRequired({ inputRequests: { user_context: elicited } });
};

export const registerPrompts = (server: McpServer): void => {
  registerFixed(server);
  registerWithArguments(server);
  server.registerPrompt(
    "test_input_required_result_prompt",
    { description: "A prompt that needs to be told its context first (SEP-2322)." },
    askContext,
  );
  server.server.setRequestHandler("completion/complete", () => ({
    completion: { values: [], total: 0, hasMore: false },
  }));
};
