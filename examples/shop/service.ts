// A small order service as they are found in the wild. It answers good requests well and trusts its callers with the rest:
// what it is sent is cast and stored. DO NOT COPY: its mistakes are what the demo is about, each marked "naive".
// Alone: `node examples/shop/service.ts` with SHOP_HOST, SHOP_PORT, and SHOP_TOKEN or SHOP_TOKEN_FILE.
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { posix } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "./database.ts";
import { type Answer, routes } from "./routes.ts";

export interface ShopOptions {
  /** Default: loopback. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What callers have to show as `Authorization: Bearer …`. */
  readonly token: string;
  /** Where the database lives. Default: in memory. */
  readonly file?: string;
}

export interface Shop {
  readonly url: string;
  /** How many requests arrived so far, the ones without the token included. */
  requests(): number;
  close(): Promise<void>;
}

export const startShop = async ({ host = "127.0.0.1", port, token, file }: ShopOptions): Promise<Shop> => {
  const database = openDatabase(file);
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void answer(database, token, request, response);
  });
  server.listen(port, host);
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo; // listening on a port, so it is no pipe
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    database.close();
  };
  return { url: `http://${host}:${bound}`, requests: () => requests, close };
};

const answer = async (
  database: DatabaseSync,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { status, body } = await work(database, token, request).catch((error: unknown) => ({
    status: 500,
    body: { error: "internal", message: String(error) }, // naive: tells the caller everything
  }));
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

const work = async (database: DatabaseSync, token: string, request: IncomingMessage): Promise<Answer> => {
  if (request.headers.authorization !== `Bearer ${token}`)
    return { status: 401, body: { error: "unauthorized", message: "Show a token." } };
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://shop");
  const path = posix.normalize(decodeURIComponent(pathname)); // naive: `..%2F` climbs after it was decoded
  const text = await readText(request);
  for (const { method, pattern, run } of routes) {
    const match = pattern.exec(path);
    if (method !== request.method || match === null) continue;
    return run({ database, key: match[1] ?? "", query: searchParams, body: text === "" ? {} : JSON.parse(text) });
  }
  return { status: 404, body: { error: "not_found", message: `There is no ${request.method} ${path}.` } };
};

const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString(); // naive: no limit, no look at the encoding
};

if (import.meta.main) {
  const { SHOP_HOST: host = "127.0.0.1", SHOP_PORT: port = "3000", SHOP_TOKEN_FILE: file } = process.env;
  const token = file === undefined ? (process.env["SHOP_TOKEN"] ?? "shop-token") : readFileSync(file, "utf8").trimEnd();
  const shop = await startShop({ host, port: Number(port), token });
  process.stdout.write(`The shop listens on ${shop.url}; show it the token.\n`);
}
