// GET /tools: what can be called, from the same contracts that judge calls; in the forms that model APIs take, too.
import type { Contract } from "../contract/contract.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { describeForMcp } from "./mcp/list.ts";

type Describe = (contract: Contract) => Readonly<Record<string, unknown>>;

const describe: Describe = ({ tool, description, effect, inputSchema, output }) => ({
  name: tool,
  description,
  effect,
  inputSchema,
  ...(output.schema === undefined ? {} : { outputSchema: output.schema }),
});

/** In the form that clients of every revision take. */
const describeForLegacyMcp: Describe = (contract) => describeForMcp(contract, "legacy");

/** OpenAI Chat Completions: tools[]. Not in strict mode, which takes a subset of JSON Schema only. */
const describeForOpenai: Describe = ({ tool, description, inputSchema }) => ({
  type: "function",
  function: { name: tool, description, parameters: inputSchema },
});

/** Anthropic Messages: tools[]. */
const describeForAnthropic: Describe = ({ tool, description, inputSchema }) => ({
  name: tool,
  description,
  input_schema: inputSchema,
});

const FORMATS: ReadonlyMap<string, Describe> = new Map([
  ["", describe],
  ["format=mcp", describeForLegacyMcp],
  ["format=openai", describeForOpenai],
  ["format=anthropic", describeForAnthropic],
]);

/** `query` is the raw query of the request. */
export const listTools = (
  contracts: readonly Contract[],
  query: string,
): Checked<Readonly<Record<string, unknown>>> => {
  const form = FORMATS.get(query);
  if (form === undefined)
    return refuse("invalid_request", "The query may be format=mcp, format=openai or format=anthropic, or nothing.");
  return accept({ tools: contracts.map(form) });
};
