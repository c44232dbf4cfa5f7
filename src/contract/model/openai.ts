// A tool as OpenAI's Chat Completions take it in `tools[]`. In strict mode where its schema can be said there with the same
// meaning; else as it is, as a hint to the model, and told. Names fit: load takes no others.
import type { JsonObject } from "../../call.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import { toStrict } from "./strict.ts";
import type { Shortfall } from "./translating.ts";

/** What is told of a tool. */
export interface ToldTool {
  readonly tool: string;
  readonly description: string;
  readonly inputSchema: SchemaObject;
  /** Arguments that it accepts. */
  readonly examples: readonly JsonObject[];
}

/** A tool in the form of a model API. */
export interface ModelTool {
  readonly written: Readonly<Record<string, unknown>>;
  /** Why the API cannot hold the model to the schema. */
  readonly notStrict: readonly Shortfall[];
  /** Why the API takes no list with it. */
  readonly notAccepted: readonly Shortfall[];
}

export const writeForOpenai = ({ tool, description, inputSchema }: ToldTool): ModelTool => {
  const strict = toStrict(inputSchema);
  const parameters = strict.ok ? strict.schema : withRoot(inputSchema);
  return {
    written: { type: "function", function: { name: tool, description, parameters, strict: strict.ok } },
    notStrict: strict.ok ? [] : strict.shortfalls,
    notAccepted: [
      ...barredAtRoot(inputSchema, ["oneOf", "anyOf", "allOf", "enum", "not"]),
      ...barredLength(description),
    ],
  };
};

/** Characters of the description of a function. */
const MOST_DESCRIPTION = 1024;

const barredLength = (description: string): readonly Shortfall[] => {
  const { length } = [...description];
  if (length <= MOST_DESCRIPTION) return [];
  return [{ place: "/description", why: `it has ${length} characters, and the API takes ${MOST_DESCRIPTION}` }];
};

/** What APIs look for at the root; the schema is that of an object, so that it says nothing more. */
export const withRoot = (schema: SchemaObject): SchemaObject => ({ properties: {}, ...schema, type: "object" });

export const barredAtRoot = (schema: SchemaObject, keywords: readonly string[]): readonly Shortfall[] =>
  keywords
    .filter((keyword) => Object.hasOwn(schema, keyword))
    .map((keyword) => ({ place: `/${keyword}`, why: `the API takes no ${keyword} at the root` }));
