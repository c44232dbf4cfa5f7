// The fixture's tools that ask the client something in the middle of a call, as the initialize revisions do it: a
// JSON-RPC request on the call's own stream. Where the client cannot answer, the tool says so in its text.
import type { CallToolResult, ElicitRequestFormParams, McpServer, ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";

type Form = ElicitRequestFormParams["requestedSchema"];

const ANSWER: Form = {
  type: "object",
  properties: { response: { type: "string", description: "User's response" } },
  required: ["response"],
};

/** SEP-1034: a default for every primitive type. */
const DEFAULTS: Form = {
  type: "object",
  properties: {
    name: { type: "string", description: "User name", default: "John Doe" },
    age: { type: "integer", description: "User age", default: 30 },
    score: { type: "number", description: "User score", default: 95.5 },
    status: { type: "string", description: "User status", enum: ["active", "inactive", "pending"], default: "active" },
    verified: { type: "boolean", description: "Verification status", default: true },
  },
  required: [],
};

/** SEP-1330: the five ways to write a choice. */
const CHOICES: Form = {
  type: "object",
  properties: {
    untitledSingle: { type: "string", description: "Select one option", enum: ["option1", "option2", "option3"] },
    titledSingle: {
      type: "string",
      description: "Select one option with titles",
      oneOf: [
        { const: "value1", title: "First Option" },
        { const: "value2", title: "Second Option" },
        { const: "value3", title: "Third Option" },
      ],
    },
    legacyEnum: {
      type: "string",
      description: "Select one option (legacy)",
      enum: ["opt1", "opt2", "opt3"],
      enumNames: ["Option One", "Option Two", "Option Three"],
    },
    untitledMulti: {
      type: "array",
      description: "Select multiple options",
      minItems: 1,
      maxItems: 3,
      items: { type: "string", enum: ["option1", "option2", "option3"] },
    },
    titledMulti: {
      type: "array",
      description: "Select multiple options with titles",
      minItems: 1,
      maxItems: 3,
      items: {
        anyOf: [
          { const: "value1", title: "First Choice" },
          { const: "value2", title: "Second Choice" },
          { const: "value3", title: "Third Choice" },
        ],
      },
    },
  },
  required: [],
};

const asked = async (ask: () => Promise<string>): Promise<CallToolResult> => {
  try {
    return { content: [{ type: "text", text: await ask() }] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { content: [{ type: "text", text: `The client did not answer: ${reason}` }] };
  }
};

const elicit = (context: ServerContext, message: string, requestedSchema: Form): Promise<CallToolResult> =>
  asked(async () => {
    const { action, content } = await context.mcpReq.send({
      method: "elicitation/create",
      params: { message, requestedSchema },
    });
    return `action=${action}, content=${JSON.stringify(content ?? {})}`;
  });

const sample = (context: ServerContext, prompt: string): Promise<CallToolResult> =>
  asked(async () => {
    const { content } = await context.mcpReq.send({
      method: "sampling/createMessage",
      params: { messages: [{ role: "user", content: { type: "text", text: prompt } }], maxTokens: 100 },
    });
    return `LLM response: ${JSON.stringify(content)}`;
  });

export const registerAskingTools = (server: McpServer): void => {
  server.registerTool(
    "test_sampling",
    { description: "Asks the client's model.", inputSchema: z.object({ prompt: z.string() }) },
    ({ prompt }, context) => sample(context, prompt),
  );
  server.registerTool(
    "test_elicitation",
    { description: "Asks the client's user.", inputSchema: z.object({ message: z.string() }) },
    ({ message }, context) => elicit(context, message, ANSWER),
  );
  server.registerTool(
    "test_elicitation_sep1034_defaults",
    { description: "Asks the user with a form that has defaults.", inputSchema: z.object({}) },
    (_, context) => elicit(context, "Please review and update the form fields with defaults", DEFAULTS),
  );
  server.registerTool(
    "test_elicitation_sep1330_enums",
    { description: "Asks the user with a form of choices.", inputSchema: z.object({}) },
    (_, context) => elicit(context, "Please select options from the enum fields", CHOICES),
  );
};
