// A client on the SDK that does what each scenario of the suite asks of a client: no more than the SDK does by itself,
// but for the order of calls. Where a scenario is not known here, it lists the tools.
import { Client, type ClientOptions, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

type Play = (client: Client) => Promise<unknown>;

interface Scenario {
  readonly options?: ClientOptions;
  /** Before the connection is made. */
  readonly prepare?: (client: Client) => void;
  readonly play: Play;
}

const MODERN: ClientOptions = { versionNegotiation: { mode: "auto" } };

interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The calls that http-custom-headers asks for. */
const callsAsked = (): readonly ToolCall[] => {
  // The suite's own format, for scenarios that have calls.
  const context = JSON.parse(process.env["MCP_CONFORMANCE_CONTEXT"] ?? "{}") as { toolCalls?: readonly ToolCall[] };
  return context.toolCalls ?? [];
};

/** An argument that is null is left out: it is sent as one of a type that has no null, which a contract refuses. */
const withoutNulls = (given: ToolCall["arguments"]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));

const callAll: Play = async (client) => {
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: { region: "us-west1" } });
};

const callAsked: Play = async (client) => {
  await client.listTools();
  for (const { name, arguments: given } of callsAsked())
    await client.callTool({ name, arguments: withoutNulls(given) });
};

const callOne =
  (name: string, given: Record<string, unknown> = {}): Play =>
  async (client) => {
    await client.listTools();
    return client.callTool({ name, arguments: given });
  };

const touchAll: Play = async (client) => {
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: {} });
  const { resources } = await client.listResources();
  for (const { uri } of resources) await client.readResource({ uri });
  const { prompts } = await client.listPrompts();
  for (const { name } of prompts) await client.getPrompt({ name, arguments: {} });
};

const echoSchema: Play = async (client) => {
  const { tools } = await client.listTools();
  const schema = tools.find(({ name }) => name === "json_schema_2020_12_tool")?.inputSchema;
  return client.callTool({ name: "json_schema_echo", arguments: { schema } });
};

const MRTR_TOOLS = ["test_mrtr_echo_state", "test_mrtr_no_state", "test_mrtr_unrelated", "test_mrtr_no_result_type"];

const playRounds: Play = async (client) => {
  await client.listTools();
  for (const name of MRTR_TOOLS) {
    // The last tool's result has no resultType, which the SDK may refuse: what counts is that it does not call again.
    await client
      .callTool({ name, arguments: {} })
      .catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }
};

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  initialize: { play: (client) => client.listTools() },
  tools_call: { play: callOne("add_numbers", { a: 5, b: 3 }) },
  "elicitation-sep1034-client-defaults": {
    options: { capabilities: { elicitation: { form: { applyDefaults: true } } } },
    prepare: (client) => client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: {} })),
    play: callOne("test_client_elicitation_defaults"),
  },
  "sse-retry": { play: callOne("test_reconnection") },
  "request-metadata": {
    options: { capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: {} } },
    play: (client) => client.listTools(),
  },
  "http-standard-headers": { play: touchAll },
  "http-custom-headers": { play: callAsked },
  "http-invalid-tool-headers": { play: callAll },
  "json-schema-ref-no-deref": { play: (client) => client.listTools() },
  "json-schema-2020-12-preservation": { play: echoSchema },
  "sep-2322-client-request-state": {
    options: { capabilities: { elicitation: {} } },
    prepare: (client) =>
      client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { confirmed: true } })),
    play: playRounds,
  },
};

/** Connects to the URL as the era of this run wants it, plays, and closes. Throws for a scenario that is not known. */
export const playScenario = async (name: string, url: string): Promise<void> => {
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
  if (scenario === undefined) throw new Error(`The reference client does not know the scenario ${name}.`);
  const isModern = process.env["MCP_CONFORMANCE_PROTOCOL_VERSION"] === "2026-07-28";
  const client = new Client(
    { name: "checkrein-conformance-client", version: "1.0.0" },
    { ...scenario.options, ...(isModern && MODERN) },
  );
  scenario.prepare?.(client);
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  await scenario.play(client);
  await client.close();
};
