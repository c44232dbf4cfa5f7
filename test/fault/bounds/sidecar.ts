// What is bounded, tried on the sidecar as a process of its own: a backend that is sick, one that is well, a journal of lines.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent } from "undici";
import { type ChildServer, startChild } from "../../support/child-server.ts";
import { type Members, membersOf } from "../../support/json.ts";
import { type SocketBackend, always, startSocketBackend } from "../../support/socket-backend.ts";

export interface Told {
  /** Of HTTP. */
  readonly status: number;
  /** Of the refusal; empty for a result. */
  readonly code: string;
  readonly forwarded: string;
  readonly class: string;
  /** `Retry-After`, or what the refusal says where it came as a result; 0 without. */
  readonly seconds: number;
  readonly call: string;
  readonly milliseconds: number;
}

export type Ingress = "call" | "rest" | "mcp";
export const INGRESSES: readonly Ingress[] = ["call", "rest", "mcp"];

export interface Sidecar {
  readonly port: number;
  readonly child: ChildServer;
  readonly sick: SocketBackend;
  readonly well: SocketBackend;
  /** `id` names the thing; nothing else is given. */
  call(tool: string, id?: string, ingress?: Ingress): Promise<Told>;
  many(count: number, tool: string): Promise<readonly Told[]>;
  admin(path: string): Promise<{ readonly status: number; readonly body: Members }>;
  records(kind: string): readonly Members[];
  inFlight(): Promise<number>;
  openFiles(): number;
  /** MiB, without what is mapped from files, which the kernel can take back; `peak`: the most there was. */
  memory(which?: "now" | "peak"): number;
  stop(): Promise<void>;
}

export interface SidecarOptions {
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Node's own. */
  readonly flags?: readonly string[];
  /** Words in front of Node. */
  readonly through?: readonly string[];
}

const CONTRACTS = fileURLToPath(new URL("contracts", import.meta.url));
const ADMIN_TOKEN = "canary-fa02-admin-token-of-the-bounds";
export const OK = always(200, '{"ok":true}');

export const startSidecar = async (options: SidecarOptions = {}): Promise<Sidecar> => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-bounds-"));
  const [sick, well] = await Promise.all([startSocketBackend(OK), startSocketBackend(OK)]);
  const journal = join(folder, "journal.jsonl");
  const settings = {
    "signing-key": "canary-fb02-signing-key-of-the-bounds",
    "max-loop-delay-ms": 2, // the default
    contracts: CONTRACTS,
    port: 0,
    "admin-port": 0,
    "admin-token": ADMIN_TOKEN,
    "state-directory": folder,
    state: "memory",
    journal: `lines:${journal}`,
    anonymous: true,
    "max-attempts": 0,
    "breaker-ms": 500,
    ...options.settings,
  };
  const words = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const child = await startChild({
    arguments: [...(options.flags ?? []), "src/main.ts", "serve", ...words],
    environment: { SICK_URL: sick.url, WELL_URL: well.url, ...options.environment },
    ...(options.through === undefined ? {} : { through: options.through }),
  });
  const agent = new Agent({ connections: 1024, allowH2: false });
  const dataUrl = String(child.ready["data"]);
  const admin: Sidecar["admin"] = async (path) => {
    const url = `${String(child.ready["admin"])}${path}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    return { status: answer.status, body: membersOf(await answer.json()) };
  };
  const call: Sidecar["call"] = (tool, id = "a", ingress = "call") => callOver(agent, dataUrl, { tool, id, ingress });
  return {
    port: Number(new URL(dataUrl).port),
    child,
    sick,
    well,
    call,
    many: (count, tool) => Promise.all(Array.from({ length: count }, (_, index) => call(tool, `n${index}`))),
    admin,
    inFlight: async () => Number((await admin("/readyz")).body["inFlight"]),
    records: (kind) => readRecords(journal).filter((record) => record["kind"] === kind),
    openFiles: () => readdirSync(`/proc/${child.process.pid}/fd`).length,
    memory: (which = "now") => {
      const read = (name: string): number => memoryOf(child.process.pid, name);
      return which === "peak" ? read("VmHWM") - read("RssFile") : read("RssAnon");
    },
    stop: async () => {
      await agent.destroy();
      await child.kill();
      await Promise.all([sick.close(), well.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const memoryOf = (pid: number | undefined, name: string): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

const readRecords = (journal: string): readonly Members[] =>
  readFileSync(journal, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => membersOf(JSON.parse(line)));

interface Wanted {
  readonly tool: string;
  readonly id: string;
  readonly ingress: Ingress;
}

interface Shape {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
}

/** `read_sick` is GET /sick/things/{id}, `write_sick` POST /sick/things. */
const shapeOf = ({ tool, id, ingress }: Wanted): Shape => {
  if (ingress === "call") return { method: "POST", path: "/call", body: { tool, arguments: { id } } };
  if (ingress === "mcp") {
    const params = { name: tool, arguments: { id } };
    return { method: "POST", path: "/mcp", body: { jsonrpc: "2.0", id: 1, method: "tools/call", params } };
  }
  const [verb, backend] = tool.split("_");
  return verb === "read"
    ? { method: "GET", path: `/${backend}/things/${id}` }
    : { method: "POST", path: `/${backend}/things`, body: { id } };
};

const callOver = async (agent: Agent, url: string, wanted: Wanted): Promise<Told> => {
  const { method, path, body } = shapeOf(wanted);
  const begun = performance.now();
  const answer = await agent.request({
    origin: url,
    method,
    path,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      accept: "application/json, text/event-stream",
      ...(wanted.ingress === "mcp" ? { "mcp-protocol-version": "2025-06-18" } : {}),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.body.text();
  const refusal = refusalIn(text);
  const seconds = Number(answer.headers["retry-after"] ?? refusal["retryAfter"] ?? 0);
  return {
    status: answer.statusCode,
    code: String(refusal["code"] ?? ""),
    forwarded: String(refusal["forwarded"] ?? "yes"),
    class: String(refusal["class"] ?? ""),
    seconds,
    call: String(answer.headers["checkrein-call"]),
    milliseconds: performance.now() - begun,
  };
};

/** As problem details, as the data of a JSON-RPC error, or beside a result that says that it is an error. */
const refusalIn = (text: string): Members => {
  const value = membersOf(JSON.parse(text));
  const { error, result } = value;
  if (error !== undefined) return membersOf(membersOf(error)["data"]);
  if (result === undefined) return value;
  const meta = membersOf(membersOf(result)["_meta"] ?? {});
  return membersOf(meta["checkrein/refusal"] ?? {});
};
