// F16: an MCP server that misbehaves, behind a sidecar of its own, over every ingress that has its tools. The kinds of both eras
// without the rooms around them, cursor loops and floods: test/security/hostile-mcp.test.ts, test/backend/mcp-backend-drift.test.ts.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeContracts } from "../support/contracts-folder.ts";
import { type HostileMcpServer, type McpScript, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import { definition, lockText } from "../support/mcp-folder.ts";
import { scriptServer, textResult } from "../support/mcp-script.ts";
import { startBadStream } from "./bad-stream.ts";
import { contractTexts } from "./changing-contracts.ts";
import { type Ingress, type Told, callOver } from "./ingress.ts";
import { expectNothingLeft } from "./invariants.ts";
import { bePatient } from "./patience.ts";
import { type Stage, startStage } from "./stage.ts";

bePatient();

const TOOLS = ["look", "change", "good"].map((name) => definition(name));
const INGRESSES: readonly Ingress[] = ["call", "mcp", "legacy"];
const MOST_BYTES = 65_536;

const contract = (name: string, effect: string): string =>
  `import { defineContract } from "checkrein";
   import { files } from "./files.ts";
   export default defineContract({ tool: "${name}", operation: files.tool("${name}"), effect: "${effect}" });`;

let server: HostileMcpServer;
let stage: Stage;
beforeAll(async () => {
  server = await startHostileMcpServer(good);
  const contracts = writeContracts({
    ...contractTexts(),
    "files.ts": `import { defineMcpBackend, env } from "checkrein";
      export const files = defineMcpBackend({ name: "files", url: env("FILES_URL"), deadlineMs: 1200, maxResponseBytes: ${MOST_BYTES} });`,
    "look.ts": contract("look", "read"),
    "change.ts": contract("change", "write"),
    "good.ts": contract("good", "read"),
    "checkrein.lock": lockText(TOOLS),
  });
  stage = await startStage({ contracts, environment: { FILES_URL: server.url }, openElsewhere: server.openSockets });
});
afterAll(async () => {
  await stage?.stop();
  await server?.close();
});

const serverWith = (behave: McpScript): McpScript =>
  scriptServer({
    era: "modern",
    tools: () => TOOLS,
    on: {
      "tools/call": (talk) =>
        Object(talk.message.params).name === "good" ? talk.result(textResult("good")) : behave(talk),
    },
  });
const good = serverWith((talk) => talk.result(textResult("well")));

/** Paths in the calls of a tool that came to the server. */
const cameTo = (tool: string): readonly string[] =>
  server
    .requests()
    .filter(({ method, body }) => method === "POST" && body.length > 0)
    .map(({ body }) => Object(JSON.parse(body.toString())))
    .filter(({ method, params }) => method === "tools/call" && params.name === tool)
    .map(({ params }) => String(params.arguments.path));

const call = (ingress: Ingress, tool: string, path: string): Promise<Told> =>
  callOver(ingress, { tool, arguments: { path } }, stage);

const endless =
  (text: string): McpScript =>
  (talk) => {
    talk.stream();
    const data = { jsonrpc: "2.0", method: "notifications/message", params: { data: text } };
    const timer = setInterval(() => (talk.socket.destroyed ? clearInterval(timer) : talk.event({ data })), 5);
    talk.socket.on("close", () => clearInterval(timer));
  };
const sampling: McpScript = (talk) => {
  talk.stream();
  talk.event({
    data: { jsonrpc: "2.0", id: "s", method: "sampling/createMessage", params: { messages: [], maxTokens: 1 } },
  });
  setTimeout(() => talk.event({ data: { jsonrpc: "2.0", id: talk.message.id, result: textResult("done") } }), 50);
};

const FAULTS: readonly (readonly [string, McpScript, readonly [code: string, forwarded: string]])[] = [
  ["never answers", () => undefined, ["upstream_timeout", "unknown"]],
  ["streams for ever and says little", endless("x"), ["upstream_timeout", "yes"]],
  ["streams for ever and says much", endless("x".repeat(10_000)), ["upstream_too_large", "yes"]],
  ["answers a novel", (talk) => talk.result(textResult("x".repeat(MOST_BYTES))), ["upstream_too_large", "yes"]],
  [
    "dies within its answer",
    (talk) => (talk.stream(), talk.chunk('data: {"jsonrpc":"2.0",'), void setTimeout(() => talk.socket.destroy(), 20)),
    ["upstream_outcome_unknown", "yes"],
  ],
  [
    "answers with a page",
    (talk) => talk.answer(200, "<html>", { "content-type": "text/html" }),
    ["invalid_output", "yes"],
  ],
  ["redirects", (talk) => talk.answer(307, "", { location: "http://169.254.169.254/" }), ["upstream_redirect", "yes"]],
  ["breaks down", (talk) => talk.answer(500, "trace", { "content-type": "text/plain" }), ["backend_error", "yes"]],
  ["asks for the agent's model", sampling, ["", "yes"]],
];

describe("F16 an MCP server that misbehaves", () => {
  it.each(FAULTS)("that %s: one true answer, a write sent once, its good tools at work", async (_what, script, due) => {
    const bad = startBadStream(stage);
    stage.orders.play();
    server.play(serverWith(script));
    const calls = INGRESSES.flatMap((ingress) =>
      ["look", "change"].map((tool) => call(ingress, tool, `${tool} over ${ingress}`)),
    );
    const others = INGRESSES.map((ingress) => call(ingress, "good", ingress));
    const told = await Promise.all(calls);
    expect((await Promise.all(others)).map(({ status, code }) => [status, code])).toEqual(others.map(() => [200, ""]));
    const { problems } = await bad.stop();
    expect(problems).toEqual([]);
    expect(told.map((one) => [one.answers, one.code, one.forwarded])).toEqual(told.map(() => [1, ...due]));
    for (const { milliseconds } of told) expect(milliseconds).toBeLessThan(2500);
    for (const tool of ["look", "change"]) {
      const came = cameTo(tool);
      expect([...came].sort()).toEqual(INGRESSES.map((ingress) => `${tool} over ${ingress}`).sort());
    }
    expect(stage.orders.arrivals().map(({ key, problem }) => key ?? problem)).toEqual([]);
    const records = (): readonly number[] =>
      told.map(
        ({ id }) => stage.records().filter((record) => record["kind"] === "call" && record["call"] === id).length,
      );
    await expect.poll(records, { timeout: 3000 }).toEqual(told.map(() => 1));
    server.play(good);
    expect((await call("mcp", "look", "next")).code).toBe("");
    await expectNothingLeft(stage);
  });
});
