// Servers that are child processes, the real ones from npm and some that die: started when they are needed, and again when
// they are gone, with back-off; a call that waits is refused in time.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  type TestBackend,
  type TestBackendOptions,
  createAgent,
  createSession,
  definitionOf,
  openBackend,
  relay,
  sendCall,
} from "../support/mcp-backend.ts";
import { PRELUDE } from "../support/mcp-child.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-child-"));
afterAll(() => rmSync(folder, { recursive: true }));
let backend: TestBackend;
afterEach(() => backend.close());

const real = (name: string, ...more: readonly string[]): readonly string[] => [
  process.execPath,
  `node_modules/@modelcontextprotocol/server-${name}/dist/index.js`,
  ...more,
];

/** With every tool locked as the server lists it. */
const openReal = async (
  command: readonly string[],
  more: Pick<TestBackendOptions, "allow" | "environment"> = {},
): Promise<void> => {
  const first = openBackend({ server: command, ...more });
  const tools = await first.tools();
  await first.close();
  if (!tools.ok) throw new Error(tools.refusal.detail);
  backend = openBackend({ server: command, expected: tools.value, ...more });
};

describe("a server from npm", () => {
  it("filesystem: reads a file, and says itself what it does not allow", async () => {
    writeFileSync(join(folder, "a.txt"), "text of a");
    await openReal(real("filesystem", folder));
    const read = (path: string) =>
      sendCall(backend, { tool: "read_text_file", arguments: { path }, deadlineMs: 10_000 });
    expect(await read(join(folder, "a.txt"))).toBe("text of a");
    expect(await read("/etc/passwd")).toContain("Access denied");
    expect(backend.drift()).toEqual([]);
  });

  it("memory: keeps what it was told, in one process for all", async () => {
    await openReal(real("memory"), { environment: { MEMORY_FILE_PATH: join(folder, "memory.jsonl") } });
    const entity = { name: "checkrein-test", entityType: "t", observations: [] };
    await sendCall(backend, { tool: "create_entities", arguments: { entities: [entity] }, effect: "write" });
    const found = await sendCall(backend, { tool: "search_nodes", arguments: { query: "checkrein-test" } });
    expect(found).toContain("checkrein-test");
  });

  it("everything: progress, and resources where they are relayed", async () => {
    await openReal(real("everything"), { allow: { resources: ["**"], subscriptions: true } });
    const agent = createAgent({ era: "legacy", session: createSession("a") });
    const brief = { duration: 0.4, steps: 2 };
    const text = await sendCall(backend, { tool: "trigger-long-running-operation", arguments: brief, agent });
    expect(text).toContain("completed");
    expect(agent.progressed.map(({ progress, total }) => [progress, total])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    const listed = await relay(backend, agent, { method: "resources/list" });
    expect(listed).toMatchObject({ kind: "result", result: { resources: expect.any(Array) } });
  });
});

const starts = join(folder, "starts");
/** Counts its starts; `script` sees `message` and how often the server was started. */
const openScript = (script: string, more: { readonly before?: string; readonly deadlineMs?: number } = {}): void => {
  writeFileSync(starts, "");
  const file = join(folder, `server-${Math.random()}.cjs`);
  writeFileSync(
    file,
    `${PRELUDE}
    const fs = require("node:fs");
    fs.appendFileSync(${JSON.stringify(starts)}, "x");
    const started = fs.readFileSync(${JSON.stringify(starts)}).length;
    ${more.before ?? ""}
    const tools = [{ name: "echo", description: "The tool echo.", inputSchema: { type: "object" } }];
    on((message) => {
      const { id, method, params } = message;
      ${script}
      if (method === "initialize") return say({ id, result: { protocolVersion: "2025-11-25", capabilities: { tools: {} } } });
      if (method === "tools/list") return say({ id, result: { tools } });
      if (method === "tools/call") return say({ id, result: { content: [{ type: "text", text: "start " + started }] } });
      if (id !== undefined) say({ id, error: { code: -32601, message: "unknown" } });
    });`,
  );
  backend = openBackend({ server: [process.execPath, file], expected: [definitionOf("echo")] });
};
const startCount = (): number => readFileSync(starts, "utf8").length;
const echo = { tool: "echo", deadlineMs: 5000 };

describe("a child", () => {
  it("is not started before it is needed, and then once for all", async () => {
    openScript("");
    expect(startCount()).toBe(0);
    const sent = await Promise.all([1, 2, 3].map(() => sendCall(backend, echo)));
    expect([sent, startCount()]).toEqual([["start 1", "start 1", "start 1"], 1]);
  });

  it("that ignores what it does not know is taken for a legacy server", async () => {
    openScript(`if (method === "server/discover") return;`);
    expect(await sendCall(backend, echo)).toBe("start 1");
    expect(await backend.describe()).toMatchObject({ value: { era: "legacy" } });
  });

  it("that is modern and slow to start is found out all the same", async () => {
    const slow = `if (method === "initialize") return say({ id, error: { code: -32602, message: "no" } });
      if (method === "server/discover") return setTimeout(() => say({ id, result: { supportedVersions: ["2026-07-28"], capabilities: {} } }), seen++ ? 0 : 4000);`;
    openScript(slow, { before: "let seen = 0;" });
    expect(await sendCall(backend, { ...echo, deadlineMs: 8000 })).toBe("start 1");
    expect(await backend.describe()).toMatchObject({ value: { era: "modern" } });
  });

  it("that died is started again for the next call", async () => {
    openScript(`if (method === "tools/call" && started === 1 && params.arguments.die) process.exit(3);`);
    expect(await sendCall(backend, echo)).toBe("start 1");
    const died = await sendCall(backend, { ...echo, arguments: { die: true }, effect: "write" });
    expect(died).toEqual(["upstream_outcome_unknown", "unknown"]);
    expect(await sendCall(backend, echo)).toBe("start 2");
    expect(backend.warnings.map(({ what }) => what)).toEqual(["the process of an MCP server ended"]);
  });

  it("that died over a read has the read once more", async () => {
    openScript(`if (method === "tools/call" && started === 1) process.exit(3);`);
    expect(await sendCall(backend, echo)).toBe("start 2");
  });

  it("that dies over every read has it twice, and no more", async () => {
    openScript(`if (method === "tools/call") process.exit(3);`);
    expect(await sendCall(backend, echo)).toEqual(["upstream_outcome_unknown", "unknown"]);
    expect(startCount()).toBe(2);
  });

  it("that dies at once is started less and less often, and its last words are told", async () => {
    openScript("", {
      before: `process.stderr.write("no licence\\n"); setTimeout(() => process.exit(1), 10); process.stdin.resume = () => 0;`,
    });
    const begun = performance.now();
    while (performance.now() - begun < 1500) {
      expect(await sendCall(backend, { ...echo, deadlineMs: 100 })).toEqual([
        expect.stringMatching(/^upstream_/),
        "no",
      ]);
    }
    expect(startCount()).toBeLessThanOrEqual(6);
    expect(JSON.stringify(backend.warnings)).toContain("no licence");
  });

  it("that cannot be started refuses its calls unsent", async () => {
    backend = openBackend({ server: ["/no/such/program"], expected: [definitionOf("echo")] });
    expect(await sendCall(backend, echo)).toEqual(["upstream_unavailable", "no"]);
  });
});

it("what a child asks or says of its own accord reaches nobody where it is shared", async () => {
  openScript(
    `if (method === "tools/call") { asking = id; say({ method: "notifications/message", params: { level: "info", data: "secret" } });
      return say({ id: "q", method: "sampling/createMessage", params: {} }); }
    if (id === "q") return say({ id: asking, result: { content: [{ type: "text", text: String(message.error?.code) }] } });`,
    { before: "let asking;" },
  );
  const agent = createAgent({ era: "legacy", session: createSession("a"), capabilities: { sampling: {} } });
  expect(await sendCall(backend, { ...echo, agent })).toBe("-32601");
  expect([agent.asked, agent.told]).toEqual([[], []]);
});
