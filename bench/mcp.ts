// What a `tools/call` over MCP costs: MCP to MCP and MCP to REST, in both eras, against a hand-made relay that checks
// nothing and against a gateway out of the official SDK.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import type { Shot } from "./load.ts";
import { noteOf } from "./note.ts";
import { measureRows, rowOf } from "./table.ts";
import { type Target, startTarget } from "./target.ts";

type Era = "modern" | "legacy";

const VERSION = { modern: "2026-07-28", legacy: "2025-11-25" } as const;
const ACCEPT = "application/json, text/event-stream";
const NOTE = JSON.parse(noteOf(200)) as Readonly<Record<string, unknown>>; // it wrote this object

const META = {
  "io.modelcontextprotocol/protocolVersion": VERSION.modern,
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** `expected`: a word of the right answer. */
const callOf = (era: Era, expected: string, session?: string): Shot => {
  const call = { name: "create_note", arguments: { orderId: "ord_A1b2C3d4", ...NOTE } };
  const params = era === "modern" ? { ...call, _meta: META } : call;
  return {
    path: "/mcp",
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params }),
    headers: {
      accept: ACCEPT,
      "mcp-protocol-version": VERSION[era],
      ...(era === "modern" ? { "mcp-method": "tools/call", "mcp-name": "create_note" } : {}),
      ...(session === undefined ? {} : { "mcp-session-id": session }),
    },
    expected,
  };
};

const initialize = async (url: string): Promise<string> => {
  const params = { protocolVersion: VERSION.legacy, capabilities: {}, clientInfo: { name: "bench", version: "1" } };
  const answer = await request(`${url}/mcp`, {
    method: "POST",
    headers: { accept: ACCEPT, "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }),
  });
  await answer.body.dump();
  return String(answer.headers["mcp-session-id"]);
};

const serve = (contracts: string): readonly string[] => {
  const journal = join(tmpdir(), `checkrein-bench-${process.pid}-mcp.jsonl`);
  const words = ["src/main.ts", "serve", "--port", "0", "--admin-port", "0", "--anonymous", "true"];
  return [...words, "--journal", `lines:${journal}`, "--contracts", contracts];
};

interface Way {
  readonly title: string;
  readonly backend: string;
  readonly contracts: string;
  /** A word of the backend's answer. */
  readonly expected: string;
  environment(url: string): Readonly<Record<string, string>>;
}

const WAYS: readonly Way[] = [
  {
    title: "MCP to MCP",
    backend: "bench/servers/mcp-backend.ts",
    contracts: "bench/mcp-contracts",
    expected: "warehouse",
    environment: (url) => ({ MCP_URL: url, BENCH_MCP_URL: `${url}/mcp` }),
  },
  {
    title: "MCP to REST",
    backend: "bench/servers/backend.ts",
    contracts: "bench/contracts",
    expected: "rainy day",
    environment: (url) => ({ BENCH_URL: url, BENCH_TOKEN: "measured" }),
  },
];

export const measureMcp = async (core: number): Promise<void> => {
  for (const era of ["modern", "legacy"] as const) for (const way of WAYS) await measureWay(era, way, core);
};

const measureWay = async (era: Era, way: Way, core: number): Promise<void> => {
  const { title, backend: file, contracts, expected } = way;
  const backend = await startTarget({ name: "direct", words: [file], environment: { ERA: era }, core: 0 });
  const started: Target[] = [backend];
  const start = async (name: string, ...words: readonly string[]): Promise<Target> => {
    const target = await startTarget({ name, words, environment: way.environment(backend.url), core });
    started.push(target);
    return target;
  };
  try {
    const relay = await start("hand-made relay", "bench/servers/mcp-relay.ts");
    const sdk = await start("SDK gateway", "bench/servers/mcp-sdk-gateway.ts");
    const sidecar = await start("checkrein /mcp", ...serve(contracts));
    const session = era === "legacy" ? await initialize(sidecar.url) : undefined;
    await measureRows(`${title}, ${era} era (${VERSION[era]})`, [
      rowOf(backend, callOf(era, expected), true),
      rowOf(relay, callOf(era, expected)),
      rowOf(sdk, callOf(era, expected)),
      rowOf(sidecar, callOf(era, expected, session)),
    ]);
  } finally {
    for (const target of started) target.stop();
  }
};
