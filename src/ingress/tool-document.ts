// All tools as one JSON Schema 2020-12 document. Each tool's arguments are a definition of its name, with an identifier, so that
// they can be taken out alone; the document as a whole is the schema of what POST /call takes.
import { type ShownTool, schemaWithExamples } from "./surface.ts";

type Json = Readonly<Record<string, unknown>>;

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

const identifierOf = (tool: string): string => `checkrein:/tools/${tool}/arguments`;

export const writeToolDocument = (tools: readonly ShownTool[]): Json => ({
  $schema: DIALECT,
  ...(tools.length === 0 ? { not: {} } : { oneOf: tools.map(callOf) }),
  $defs: Object.fromEntries(tools.map((shown) => [shown.tool, argumentsOf(shown)])),
});

const callOf = ({ tool }: ShownTool): Json => ({
  type: "object",
  properties: { tool: { const: tool }, arguments: { $ref: identifierOf(tool) } },
  required: ["tool", "arguments"],
  additionalProperties: false,
});

/** References inside mean the same as before: the definition is a document of its own. */
const argumentsOf = (shown: ShownTool): Json => {
  const schema = schemaWithExamples(shown);
  const identifier = identifierOf(shown.tool);
  const own = Object.hasOwn(schema, "$id")
    ? { $id: identifier, $ref: schema["$id"], $defs: { schema } }
    : { $id: identifier, ...schema };
  return { ...own, title: shown.tool, description: shown.description };
};
