// Tools of MCP servers: the types know nothing of their schemas, and the description may be the server's.
import { defineContract, defineMcpBackend, env, z } from "checkrein";

const files = defineMcpBackend({ name: "files", url: env("FILES_URL"), allow: { resources: ["file:///docs/**"] } });
const local = defineMcpBackend({
  name: "local",
  command: ["npx", "some-server"],
  environment: { TOKEN: env("TOKEN") },
});

defineContract({ tool: "t", operation: files.tool("read_file") });
defineContract({ tool: "t", description: "d", operation: local.tool("read_file"), effect: "read" });
defineContract({
  tool: "t",
  operation: files.tool("read_file"),
  input: z.strictObject({ id: z.string() }),
  map: { id: "path" },
  pin: { head: 10 },
  output: z.object({ content: z.string() }),
  succeeded: ({ content }) => content !== "",
});
