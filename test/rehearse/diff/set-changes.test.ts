// What is compared beside tools: backends and callers of two sets, and tools that come, go and are renamed.
import { describe, expect, it } from "vitest";
import { loadContracts } from "../../../src/contract/load/load.ts";
import { diffSets } from "../../../src/rehearse/diff/diff-sets.ts";
import { backendFile, contractFile, getOrder, orders, writeContracts } from "../../support/contracts-folder.ts";
import { definition, mcpBackend, mcpFolder } from "../../support/mcp-folder.ts";

type Files = Readonly<Record<string, string>>;

const base: Files = { "orders.json": JSON.stringify(orders), "backend.ts": backendFile(), "get-order.ts": getOrder() };

const changesBetween = async (old: Files, now: Files): Promise<readonly string[]> => {
  const [before, after] = await Promise.all(
    [old, now].map((files) => loadContracts(writeContracts({ ...base, ...files }))),
  );
  if (before?.ok !== true || after?.ok !== true) throw new Error(JSON.stringify([before, after], undefined, 2));
  return diffSets({ old: before.catalog, now: after.catalog }).map(
    ({ tool, change, place, message }) => `${tool}: ${change} ${place}: ${message}`,
  );
};

const backend = (more: string): Files => ({ "backend.ts": backendFile(more) });
const caller = (more: string): Files => ({
  "callers.ts": `import { defineCaller, secret } from "checkrein"; export const desk = defineCaller({ name: "desk", ${more} });`,
});
const key = 'key: secret("DESK_KEY")';
const of = (name: string, changes: readonly string[]): readonly string[] => changes.map((one) => `(${name}): ${one}`);
const maximum = (most: number): string => `arguments: { get_order: { orderId: { maxLength: ${most} } } }`;

describe("a backend", () => {
  it.each<[string, string, string, readonly string[], readonly string[]]>([
    [
      "with another credential",
      "",
      'credential: bearer(secret("T"))',
      ["unclear credential: not as it was: what it may do is not written here"],
      ["unclear credential: not as it was: what it may do is not written here"],
    ],
    ["on another mount", "", 'mount: "/shop"', ["breaks mount: /orders → /shop"], ["breaks mount: /shop → /orders"]],
    [
      "in any network",
      'networks: ["10.0.0.0/8"]',
      "",
      ["widens networks: any address is good"],
      ["unclear networks: 10.0.0.0/8 and no others"],
    ],
    [
      "in one network more",
      'networks: ["10.0.0.0/8"]',
      'networks: ["10.0.0.0/8", "192.168.0.0/16"]',
      ["widens networks: 192.168.0.0/16 is new"],
      ["narrows networks: 192.168.0.0/16 is gone"],
    ],
    [
      "in another network",
      'networks: ["10.0.0.0/8"]',
      'networks: ["192.168.0.0/16"]',
      ["unclear networks: 192.168.0.0/16 is new", "unclear networks: 10.0.0.0/8 is gone"],
      ["unclear networks: 10.0.0.0/8 is new", "unclear networks: 192.168.0.0/16 is gone"],
    ],
    [
      "with larger answers",
      "maxResponseBytes: 1000",
      "maxResponseBytes: 2000",
      ["widens maxResponseBytes: 1000 → 2000"],
      ["narrows maxResponseBytes: 2000 → 1000"],
    ],
  ])("%s is told", async (_, old, now, forward, backward) => {
    expect(await changesBetween(backend(old), backend(now))).toEqual(of("backend orders", forward));
    expect(await changesBetween(backend(now), backend(old))).toEqual(of("backend orders", backward));
  });

  it("at another address is told", async () => {
    const elsewhere = { "backend.ts": backendFile().replace("ORDERS_URL", "OTHER_URL") };
    expect(await changesBetween({}, elsewhere)).toEqual([expect.stringContaining("(backend orders): unclear url: ")]);
  });
});

describe("a caller", () => {
  it.each<[string, string, string, readonly string[], readonly string[]]>([
    [
      "with another key",
      key,
      'key: secret("OTHER")',
      ["unclear proof: not as it was: who is taken for this caller"],
      ["unclear proof: not as it was: who is taken for this caller"],
    ],
    [
      "with a list of tools",
      key,
      `${key}, tools: ["get_order"]`,
      ["narrows tools: all → get_order", "narrows messages: all → none"],
      ["widens tools: all", "widens messages: all"],
    ],
    [
      "with a restriction",
      key,
      `${key}, ${maximum(5)}`,
      ['narrows arguments.get_order.orderId: restricted: {"maxLength":5}'],
      ["widens arguments.get_order.orderId: not restricted any more"],
    ],
    [
      "with a looser restriction",
      `${key}, ${maximum(5)}`,
      `${key}, ${maximum(9)}`,
      ['widens arguments.get_order.orderId: maxLength 5 → 9; takes "aaaaaaaaa" now'],
      ['narrows arguments.get_order.orderId: maxLength 9 → 5; refuses "aaaaaaaaa" now'],
    ],
    [
      "with another limit",
      `${key}, limits: [{ calls: 5 }]`,
      `${key}, limits: [{ calls: 9, window: "1h" }]`,
      [
        "widens limits: gone: at most 5 calls of all tools in one run",
        "narrows limits: new: at most 9 calls of all tools within 1 hour",
      ],
      [
        "widens limits: gone: at most 9 calls of all tools within 1 hour",
        "narrows limits: new: at most 5 calls of all tools in one run",
      ],
    ],
  ])("%s is told", async (_, old, now, forward, backward) => {
    expect(await changesBetween(caller(old), caller(now))).toEqual(of("caller desk", forward));
    expect(await changesBetween(caller(now), caller(old))).toEqual(of("caller desk", backward));
  });

  it("that comes and goes is told", async () => {
    expect(await changesBetween({}, caller(key))).toEqual(["(caller desk): widens caller: new"]);
    expect(await changesBetween(caller(key), {})).toEqual(["(caller desk): breaks caller: gone"]);
  });
});

describe("a tool of an MCP server", () => {
  const findings = async (old: string, now: string): Promise<readonly string[]> => {
    const [before, after] = await Promise.all([old, now].map((folder) => loadContracts(folder)));
    if (before?.ok !== true || after?.ok !== true) throw new Error("the contracts do not load");
    return diffSets({ old: before.catalog, now: after.catalog }).map(
      ({ tool, change, place }) => `${tool}: ${change} ${place}`,
    );
  };

  it("is compared as the lock has it", async () => {
    const { inputSchema } = definition("read_file");
    const wider = definition("read_file", {
      description: "Reads any file.",
      inputSchema: { ...inputSchema, properties: { path: { type: "string" }, head: { type: "number" } } },
    });
    expect(await findings(mcpFolder({}), mcpFolder({}, [wider]))).toEqual([
      "read: widens input.head",
      "read: same description",
    ]);
    expect(await findings(mcpFolder({}, [wider]), mcpFolder({}))).toEqual([
      "read: narrows input.head",
      "read: same description",
    ]);
  });

  it("is told with what passes beside tools, and with its server", async () => {
    const now = { "backend.ts": mcpBackend('url: env("OTHER"), allow: { prompts: ["a*"], logging: true }') };
    expect(await findings(mcpFolder({}), mcpFolder(now))).toEqual([
      "(backend files): widens allow",
      "(backend files): widens allow",
      "(backend files): unclear server",
    ]);
  });
});

describe("a tool", () => {
  const note = (tool: string): string =>
    contractFile(`tool: "${tool}", description: "A note.", operation: local(), input: z.strictObject({})`);

  it("that comes widens, and one that goes breaks", async () => {
    expect(await changesBetween({}, { "note.ts": note("note") })).toEqual([
      "note: widens tool: new: the agent's own process",
    ]);
    expect(await changesBetween({ "note.ts": note("note") }, {})).toEqual(["note: breaks tool: gone"]);
  });

  it("of another name on the same operation is named", async () => {
    expect(await changesBetween({}, { "get-order.ts": getOrder("", "read_order") })).toEqual([
      "get_order: breaks tool: gone; read_order has its operation",
      "read_order: widens tool: new: GET /orders/{orderId} of orders",
    ]);
  });
});
