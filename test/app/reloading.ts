// A sidecar in this process whose contract files a test changes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { writeContracts } from "../support/contracts-folder.ts";
import { probeDocument } from "../support/probe.ts";
import { ADMIN_TOKEN, type AgentAnswer, type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type SocketBackend, always, startSocketBackend } from "../support/socket-backend.ts";

export const BACKEND = `import { bearer, defineRestBackend, env, secret } from "checkrein";
export const api = defineRestBackend({ name: "api", document: "openapi.json", url: env("API_URL"), credential: bearer(secret("API_TOKEN")) });`;

const contract = (members: string): string =>
  `import { budget, defineContract, limit, z } from "checkrein"; import { api } from "./backend.ts";
export default defineContract({ description: "A tool.", ${members} });`;
export const getItem = (most: number, more = ""): string =>
  contract(
    `tool: "get_item", operation: api.get("/items/{id}"), input: z.strictObject({ id: z.string().max(${most}) }), ${more}`,
  );
export const createItem = contract('tool: "create_item", operation: api.post("/items")');

const files = { "openapi.json": JSON.stringify(probeDocument), "backend.ts": BACKEND, "get-item.ts": getItem(3) };

export interface Reloading {
  readonly app: RunningApp;
  readonly backend: SocketBackend;
  readonly folder: string;
  readonly tokenFile: string;
  write(name: string, text: string): void;
  /** As the backend sees it in a call that is made now. */
  shownToken(): Promise<string | undefined>;
  reload(): Promise<string>;
  admin(path: string, method?: "GET" | "POST"): Promise<Readonly<Record<string, unknown>>>;
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

export const startReloading = async (
  own: Readonly<Record<string, string>> = {},
  flags: readonly string[] = ["--watch=false"],
): Promise<Reloading> => {
  const backend = await startSocketBackend(always(200, '{"id":"a","count":1}'));
  const folder = writeContracts({ ...files, ...own });
  const outside = mkdtempSync(join(tmpdir(), "checkrein-secrets-"));
  const tokenFile = join(outside, "token");
  writeFileSync(tokenFile, "canary-5d10-first-token");
  const environment = {
    API_URL: backend.url,
    API_TOKEN_FILE: tokenFile,
    OTHER_TOKEN_FILE: join(outside, "secret"),
    DESK_KEY: "canary-77aa-key-of-the-desk",
  };
  const app = await startRunningApp({ contracts: folder, environment, flags });
  ends.push(async () => {
    await app.stop();
    await backend.close();
    rmSync(outside, { recursive: true });
  });
  const admin: Reloading["admin"] = async (path, method = "GET") => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const answer = await fetch(app.app.adminUrl + path, { method, headers, ...(method === "POST" && { body: "{}" }) });
    return { status: answer.status, ...Object(await answer.json()) };
  };
  return {
    app,
    backend,
    folder,
    tokenFile,
    write: (name, text) => {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    shownToken: async () => {
      await app.call("get_item", { id: "abc" });
      return backend
        .requests()
        .at(-1)
        ?.headers.find(([name]) => name === "authorization")?.[1];
    },
    reload: async () => (await app.app.reload("operator")).result,
    admin,
  };
};

export const versionOf = ({ headers }: AgentAnswer): unknown => headers["checkrein-contracts"];
