// MCP servers as child processes, each a few lines of script, for the tests of the stdio transport.
import { spawnSync } from "node:child_process";
import { afterEach } from "vitest";
import { createStdioTransport } from "../../src/backend/mcp/stdio-transport.ts";
import type { Transport } from "../../src/backend/mcp/transport.ts";
import { MAX_MESSAGE } from "./mcp-transport.ts";

/** What each child begins with: `on(take)` calls with each message, `say` writes one. */
export const PRELUDE = `
  const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
  const on = (take) => require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => take(JSON.parse(line)));
`;
export const ECHO = `on(({ id, method, params }) => id === undefined ? undefined : say({ id, result: { method, params } }));`;

const open: Transport[] = [];
/** For each file that starts children. */
export const closeChildren = (): void =>
  void afterEach(() => Promise.all(open.splice(0).map((transport) => transport.close())));

export interface Started {
  readonly transport: Transport;
  readonly log: readonly string[];
}

export const start = (script: string, environment: Readonly<Record<string, string>> = {}): Started =>
  startCommand([process.execPath, "-e", PRELUDE + script], environment);

export const startCommand = (
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  directory?: string,
): Started => {
  const log: string[] = [];
  const onStderr = (line: string): void => void log.push(line);
  const transport = createStdioTransport({ command, directory, environment, maxMessageBytes: MAX_MESSAGE, onStderr });
  open.push(transport);
  return { transport, log };
};

/** A zombie is dead: who has to bury it is not our matter. */
export const isAlive = (pid: number): boolean => {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z\s]/.test(stdout);
};
