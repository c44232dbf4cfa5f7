// The pure step from checked arguments to the upstream `tools/call`: contract, pins and arguments alone.
import type { JsonObject, JsonValue, McpRequest } from "../call.ts";
import type { McpOperation } from "../contract/contract.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { argumentAt, encodeHeaderValue } from "../mcp.ts";
import { type Filling, fillMembers, objectOf } from "./members.ts";

export const buildMcpRequest = (operation: McpOperation, checked: JsonObject): Checked<McpRequest> => {
  const filling: Filling = { arguments: checked, issues: [] };
  const built = objectOf(fillMembers(filling, operation.body.shape));
  if (filling.issues.length > 0) {
    const detail = "The arguments cannot be written into the tool's request.";
    return refuse("invalid_arguments", detail, { issues: filling.issues });
  }
  const headers = operation.headers.flatMap(({ name, path }) => {
    const text = headerText(argumentAt(built, path));
    return text === undefined ? [] : [name, encodeHeaderValue(text)];
  });
  return accept({ kind: "mcp", tool: operation.definition.name, arguments: built, headers });
};

/** Null and what is absent send no header; `x-mcp-header` stands on scalars alone. */
const headerText = (value: JsonValue | undefined): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
