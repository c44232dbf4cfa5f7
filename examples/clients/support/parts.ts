// What stands behind the clients: an MCP server from npm, the shop's REST service, and checkrein before both, each on a
// free port of the loopback interface.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { startShop } from "../../shop/service.ts";
import { type Child, startChild } from "./child.ts";

const root = join(import.meta.dirname, "../../..");
const SERVER = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
const TOKEN = "shop-token";
const START_MILLISECONDS = 20_000;

export interface Parts {
  /** checkrein's `/mcp`: the one thing that a client is told. */
  readonly url: string;
  /** Requests that reached the shop so far. */
  requests(): number;
  stop(): Promise<void>;
}

export const startParts = async (): Promise<Parts> => {
  const home = mkdtempSync(join(tmpdir(), "checkrein-clients-"));
  const shop = await startShop({ port: 0, token: TOKEN });
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.kill()));
    await shop.close();
    rmSync(home, { recursive: true, force: true });
  };
  const start = async (words: readonly string[], environment: Readonly<Record<string, string>>): Promise<unknown> => {
    const child = startChild([process.execPath, ...words], {
      folder: root,
      environment: { ...environment, HOME: home },
    });
    children.push(child);
    return readyLine(child);
  };
  try {
    const loopback = join(import.meta.dirname, "loopback.ts");
    const server = Server.parse(await start(["--import", loopback, SERVER, "streamableHttp"], { PORT: "0" }));
    const environment = {
      EVERYTHING_URL: `http://127.0.0.1:${server.port}/mcp`,
      SHOP_URL: shop.url,
      SHOP_TOKEN: TOKEN,
    };
    const sidecar = Sidecar.parse(await start(sidecarWords, environment));
    return { url: `${sidecar.data}/mcp`, requests: shop.requests, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const contracts = "examples/clients/contracts";
const sidecarWords =
  `src/main.ts serve --contracts ${contracts} --port 0 --admin-port 0 --journal none --anonymous true`.split(" ");
const Server = z.object({ port: z.int() });
const Sidecar = z.object({ data: z.string() });

/** Both say on stderr that they are up, in a line of JSON with `"msg":"ready"`. */
const readyLine = async (child: Child): Promise<unknown> => {
  const until = performance.now() + START_MILLISECONDS;
  const hasEnded = child.ended.then(() => true);
  while (performance.now() < until) {
    const line = child
      .stderr()
      .split("\n")
      .find((text) => text.startsWith("{") && text.endsWith("}") && text.includes('"msg":"ready"'));
    if (line !== undefined) return JSON.parse(line);
    if (await Promise.race([hasEnded, sleep(25, false)])) break;
  }
  throw new Error(`A server did not start:\n${child.stdout()}${child.stderr()}`);
};
