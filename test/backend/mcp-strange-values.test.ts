// Values that no server means: they end at the connection, and neither the process nor another call feels them.
import { afterEach, describe, expect, it } from "vitest";
import { createAgent, createSession, definitionOf, openBackend, sendCall } from "../support/mcp-backend.ts";
import type { TestBackend } from "../support/mcp-backend.ts";
import { PRELUDE } from "../support/mcp-child.ts";

let backend: TestBackend;
afterEach(() => backend.close());

/** A child of the legacy era that says the lines before it answers a call. */
const startChild = (lines: string): void => {
  const script = `
    on(({ id, method, params }) => {
      if (method === "server/discover") return say({ id, error: { code: -32601, message: "" } });
      if (method === "initialize") return say({ id, result: { protocolVersion: "2025-11-25", capabilities: { tools: {} } } });
      if (method === "tools/list") return say({ id, result: { tools: [{ name: "echo", description: "The tool echo.", inputSchema: { type: "object" } }] } });
      if (method !== "tools/call") return;
      ${lines}
      say({ id, result: { content: [{ type: "text", text: "done" }] } });
    });`;
  backend = openBackend({
    server: [process.execPath, "-e", PRELUDE + script],
    expected: [definitionOf("echo")],
    allow: { sampling: true },
  });
};

describe("a child's strange message", () => {
  const values = ["{ toString: 1, valueOf: 1 }", "[1]", "null", "1e400", '"__proto__"', "[[[[]]]]"];
  it.each(values)("progress of the token %s reaches nobody, and the call goes on", async (value) => {
    startChild(`say({ method: "notifications/progress", params: { progressToken: ${value}, progress: 1 } });`);
    const agent = createAgent({ era: "legacy", session: createSession("a") });
    expect(await sendCall(backend, { tool: "echo", agent })).toBe("done");
    expect(agent.progressed).toEqual([]);
  });

  it.each(values)("a subscription's id %s reaches nobody, and the call goes on", async (value) => {
    startChild(
      `say({ method: "notifications/message", params: { _meta: { "io.modelcontextprotocol/subscriptionId": ${value} } } });`,
    );
    expect(await sendCall(backend, { tool: "echo", agent: createAgent() })).toBe("done");
  });

  it("a question whose id is a novel is not answered, and the call goes on", async () => {
    startChild(`say({ id: "x".repeat(100_000), method: "sampling/createMessage", params: {} });`);
    const agent = createAgent({ era: "legacy", session: createSession("a") });
    expect(await sendCall(backend, { tool: "echo", agent })).toBe("done");
    expect(agent.asked).toEqual([]);
  });
});
