// `/mcp` offers the tools of all backends and nothing else of any server, so not every scenario can be asked of it. Those
// that are left out stand here with the reason; every other one must pass.
const SERVER_OWN = "asks one server for what is not a tool: `/mcp/<backend>` passes it on, `/mcp` has none";

/** Scenarios, by name or by how the name begins (`-*`), that are no matter of tools. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "completion-complete": SERVER_OWN,
  "logging-set-level": SERVER_OWN,
  "tools-call-with-logging": "begins with logging/setLevel, which is a setting of one server's session",
  "prompts-*": SERVER_OWN,
  "resources-*": SERVER_OWN,
  "sep-2164-resource-not-found": SERVER_OWN,
  caching: "asks for the cache hints of prompts and resources; those of tools/list are in the wire check of tools-list",
  "input-required-result-non-tool-request": "is about prompts/get",
  "server-sse-polling":
    "is about going on with a stream that was left, which `/mcp/<backend>` passes on; `/mcp` answers JSON",
  "tasks-*": "an extension that the bare server does not have",
};

const isNamed = (scenario: string, name: string): boolean =>
  name.endsWith("*") ? scenario.startsWith(name.slice(0, -1)) : scenario === name;

export const concernsTools = (scenario: string): boolean =>
  !Object.keys(LEFT_OUT).some((name) => isNamed(scenario, name));
