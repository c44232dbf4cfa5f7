// An MCP server as a child process that does what its tools are named for. Run by Node as it is; `PIDS_FILE` names what it starts.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly name?: string };
}

const say = (message: object): void => void process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const tellPid = (pid: number | undefined): void => appendFileSync(process.env["PIDS_FILE"] ?? "", `${pid}\n`);
const text = (said: string): object => ({ content: [{ type: "text", text: said }] });
const LITTER = 30;

const toolNames = ["good", "hang", "crash", "flood", "breed"];
const tools = toolNames.map((name) => ({
  name,
  description: "Reads a file.",
  inputSchema: {
    type: "object",
    properties: { path: { type: "string" }, head: { type: "integer" } },
    required: ["path"],
  },
}));

const flood = (): void => {
  const piece = Buffer.alloc(1_048_576, "x");
  const write = (): void => {
    while (process.stdout.write(piece));
    process.stdout.once("drain", write);
  };
  write();
};

const breed = (): void => {
  for (let index = 0; index < LITTER; index += 1) tellPid(spawn("sleep", ["1000"], { stdio: "inherit" }).pid);
};

const acts: Readonly<Record<string, (id: number | undefined) => void>> = {
  good: (id) => say({ id, result: text("good") }),
  hang: () => undefined,
  crash: () => process.kill(process.pid, "SIGSEGV"),
  flood,
  breed: (id) => {
    breed();
    say({ id, result: text("bred") });
  },
};

tellPid(process.pid);
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params }: Message = JSON.parse(line);
  const serverInfo = { name: "unruly", version: "1" };
  if (method === "initialize")
    return say({ id, result: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo } });
  if (method === "tools/list") return say({ id, result: { tools } });
  if (method === "tools/call") return acts[params?.name ?? ""]?.(id);
  if (id !== undefined) say({ id, error: { code: -32_601, message: "no such method" } });
});
