// Arguments of a tool that travel as headers, too. MCP 2026-07-28, Streamable HTTP, `x-mcp-header`: a tool with an invalid
// annotation is no valid tool, and no client may offer it.
import type { JsonObject } from "../../call.ts";
import { toDraft2020 } from "../../schema/draft-07.ts";
import { children, isSchemaObject } from "../../schema/keywords.ts";
import type { SchemaProblem } from "../../schema/schema.ts";
import type { McpHeader } from "../contract.ts";
import { step } from "../document/reference.ts";

interface ReadHeaders {
  readonly headers: readonly McpHeader[];
  readonly problems: readonly SchemaProblem[];
}

const ANNOTATION = "x-mcp-header";
/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const SCALARS: readonly unknown[] = ["string", "integer", "number", "boolean"];

/** A schema on the walk. `path`: names of members when only `properties` lead here. */
interface Visit {
  readonly schema: JsonObject;
  readonly pointer: string;
  readonly path: readonly string[] | undefined;
}

export const readHeaders = (inputSchema: JsonObject): ReadHeaders => {
  const found = new Map<string, McpHeader>();
  const problems: SchemaProblem[] = [];
  const converted = toDraft2020(inputSchema);
  // JSON stays JSON; a schema of no known dialect is walked as it stands.
  const schema = converted.ok && isSchemaObject(converted.schema) ? (converted.schema as JsonObject) : inputSchema;
  const waiting: Visit[] = [{ schema, pointer: "", path: [] }];
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    if (Object.hasOwn(visit.schema, ANNOTATION)) {
      const message = addHeader(found, visit);
      if (message !== undefined)
        problems.push({
          pointer: step(visit.pointer, ANNOTATION),
          message,
          mend: "ask the server's author: the tool is not valid",
        });
    }
    waiting.push(...below(visit).toReversed());
  }
  return { headers: [...found.values()], problems };
};

/** What is wrong with the annotation; undefined when it is taken. */
const addHeader = (found: Map<string, McpHeader>, { schema, path }: Visit): string | undefined => {
  const suffix = schema[ANNOTATION];
  if (typeof suffix !== "string" || !TOKEN.test(suffix)) return `the ${ANNOTATION} is not the name of a header`;
  if (path === undefined || path.length === 0) return `the ${ANNOTATION} stands where only \`properties\` may lead`;
  if (!SCALARS.includes(schema["type"]))
    return `the ${ANNOTATION} stands on a value that is no text, number or boolean`;
  const name = `mcp-param-${suffix.toLowerCase()}`;
  if (found.has(name)) return `the ${ANNOTATION} ${suffix} stands twice`;
  found.set(name, { name, path });
  return undefined;
};

const below = ({ schema, pointer, path }: Visit): readonly Visit[] =>
  children(schema).flatMap(({ keyword, path: [, name], schema: child, ...rest }) => {
    if (!isSchemaObject(child)) return [];
    const at = step(pointer, keyword, ...(name === undefined ? [] : [name]));
    const isMember = keyword === "properties" && path !== undefined && name !== undefined;
    // A schema in JSON is JSON.
    return [{ ...rest, schema: child as JsonObject, pointer: at, path: isMember ? [...path, name] : undefined }];
  });
