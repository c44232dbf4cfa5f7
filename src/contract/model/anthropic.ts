// A tool as Anthropic's Messages take it in `tools[]`, with examples beside the schema:
// https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools. What the pages do not say, the API's own errors
// do: no union at the root, and names of arguments of few characters; one tool that breaks this fails every request with it.
import { below } from "../../json/pointer.ts";
import { isSchemaObject } from "../../schema/keywords.ts";
import { type ModelTool, type ToldTool, barredAtRoot, withRoot } from "./openai.ts";
import type { Shortfall } from "./translating.ts";

const ARGUMENT_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

export const writeForAnthropic = ({ tool, description, inputSchema, examples }: ToldTool): ModelTool => ({
  written: {
    name: tool,
    description,
    input_schema: withRoot(inputSchema),
    ...(examples.length === 0 ? {} : { input_examples: examples }),
  },
  notStrict: [],
  notAccepted: [...barredAtRoot(inputSchema, ["oneOf", "anyOf", "allOf"]), ...barredNames(inputSchema["properties"])],
});

const barredNames = (properties: unknown): readonly Shortfall[] =>
  Object.keys(isSchemaObject(properties) ? properties : {})
    .filter((name) => !ARGUMENT_NAME.test(name))
    .map((name) => ({ place: below("/properties", name), why: "the API takes no argument of this name" }));
