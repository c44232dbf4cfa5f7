// `npm run bench`: what checking costs, against relays that check nothing, side by side in one run: REST and /call here,
// MCP in mcp.ts, rules in state.ts, refusals in refusal.ts, the journal in journal.ts and its queries in
// journal-query.ts, what a start costs in start.ts, several sidecars in replicas.ts, and what reloads leave in memory in
// reload.ts.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureJournal } from "./journal.ts";
import type { Shot } from "./load.ts";
import { measureJournalQuery } from "./journal-query.ts";
import { measureMcp } from "./mcp.ts";
import { noteOf } from "./note.ts";
import { measureOverload } from "./overload.ts";
import { measureRefusal } from "./refusal.ts";
import { measureReplicas } from "./replicas.ts";
import { measureReload } from "./reload.ts";
import { measureRuns } from "./runs.ts";
import { measureStart } from "./start.ts";
import { measureState } from "./state.ts";
import { measureRows, rowOf } from "./table.ts";
import { type Target, pinSelf, startTarget } from "./target.ts";

const SERVER_CORE = 1;
const PATH = "/orders/ord_A1b2C3d4/notes";

const asRest = (body: string): Shot => ({ path: PATH, body });
const asCall = (body: string): Shot => ({
  path: "/call",
  body: JSON.stringify({ tool: "create_note", arguments: { orderId: "ord_A1b2C3d4", ...JSON.parse(body) } }),
});

const measureHttp = async (): Promise<void> => {
  const backend = await startTarget({ name: "direct", words: ["bench/servers/backend.ts"], environment: {}, core: 0 });
  const environment = { BENCH_URL: backend.url, BENCH_TOKEN: "measured" };
  const start = (name: string, ...words: string[]): Promise<Target> =>
    startTarget({ name, words, environment, core: SERVER_CORE });
  const relay = await start("bare relay", "bench/servers/relay.ts");
  const proxy = await start("@fastify/http-proxy", "bench/servers/fastify-proxy.ts");
  const journal = join(tmpdir(), `checkrein-bench-${process.pid}.jsonl`);
  const ports = ["--port", "0", "--admin-port", "0", "--journal", `lines:${journal}`, "--anonymous", "true"];
  const sidecar = await start("checkrein", "src/main.ts", "serve", "--contracts", "bench/contracts", ...ports);
  const named = (name: string): Target => ({ ...sidecar, name });
  try {
    for (const bytes of [200, 10_000]) {
      const body = noteOf(bytes);
      await measureRows(`bodies of ${body.length} B in and out`, [
        rowOf(backend, asRest(body), true),
        rowOf(relay, asRest(body)),
        rowOf(proxy, asRest(body)),
        rowOf(named("checkrein REST"), asRest(body)),
        rowOf(named("checkrein /call"), asCall(body)),
      ]);
    }
  } finally {
    for (const target of [backend, relay, proxy, sidecar]) target.stop();
  }
};

const PARTS: ReadonlyMap<string, () => Promise<void>> = new Map([
  ["http", measureHttp],
  ["mcp", () => measureMcp(SERVER_CORE)],
  ["state", () => measureState(SERVER_CORE)],
  ["replicas", () => measureReplicas(SERVER_CORE)],
  ["runs", measureRuns],
  ["refusal", () => measureRefusal(SERVER_CORE)],
  ["overload", () => measureOverload(SERVER_CORE)],
  ["journal", () => measureJournal(SERVER_CORE)],
  ["journal-query", measureJournalQuery],
  ["start", measureStart],
  ["reload", async () => measureReload()],
]);

pinSelf(0);
const wanted = process.argv.slice(2);
for (const [name, part] of PARTS) if (wanted.length === 0 || wanted.includes(name)) await part();
