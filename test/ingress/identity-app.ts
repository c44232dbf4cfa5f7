// A sidecar with callers of every kind in front of one REST backend, runs that its operator opens, and all that it writes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import pino from "pino";
import { type Issuer, type SigningKey, makeKey, signJwt, startIssuer } from "../run/issuer.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { ADMIN_TOKEN, type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type SocketBackend, always, startSocketBackend } from "../support/socket-backend.ts";

const text = { type: "string" };
const parameter = (name: string, place: string): object => ({ name, in: place, required: true, schema: text });
const item = { type: "object", properties: { id: text }, required: ["id"] };
const answers = {
  200: {
    description: "",
    headers: { Location: { schema: text }, Link: { schema: text }, "Checkrein-Repeats": { schema: text } },
    content: { "application/json": { schema: item } },
  },
};
const properties = { name: text, size: { type: "integer" }, tenant: text, colour: text };
const content = { "application/json": { schema: { type: "object", properties, required: ["name", "tenant"] } } };

const thing = { "application/json": { schema: { type: "object", properties: { name: text }, required: ["name"] } } };

const document = {
  openapi: "3.1.0",
  info: { title: "Items", version: "1" },
  paths: {
    "/items/{id}": { parameters: [parameter("id", "path")], get: { responses: answers } },
    "/items": {
      get: { parameters: [parameter("X-Api-Key", "header")], responses: answers },
      post: { requestBody: { required: true, content }, responses: answers },
    },
    "/things": { post: { requestBody: { required: true, content: thing }, responses: answers } },
  },
};

const head =
  'import { approval, claim, defineContract, defineCaller, defineRestBackend, env, once, secret, z } from "checkrein";\n';
const contract = (tool: string, members: string): string =>
  `${head}import { api } from "./backend.ts";
   export default defineContract({ tool: "${tool}", description: "A tool.", ${members} });`;

const files = {
  "items.json": JSON.stringify(document),
  "backend.ts": `${head}export const api = defineRestBackend({ name: "api", document: "items.json", url: env("API_URL") });`,
  "get.ts": contract("get_item", 'operation: api.get("/items/{id}"), output: z.object({ id: z.string() })'),
  "list.ts": contract("list_items", 'operation: api.get("/items")'),
  "create.ts": contract(
    "create_item",
    `operation: api.post("/items"), pin: { tenant: claim("tenant") },
     input: z.strictObject({ name: z.string().max(20), size: z.int().optional(), colour: z.string().optional() })`,
  ),
  "save.ts": contract(
    "save_thing",
    `operation: api.post("/things"), input: z.strictObject({ name: z.string() }),
     rules: [once(({ name }) => name), approval({ when: ({ name }) => name === "big" })]`,
  ),
  "callers.ts": `${head}
    export const bot = defineCaller({ name: "bot", key: secret("BOT_KEY"), claims: { tenant: "acme" } });
    export const other = defineCaller({ name: "other", key: secret("OTHER_KEY"), claims: { tenant: "umbrella" } });
    export const reader = defineCaller({ name: "reader", key: secret("READER_KEY"), tools: ["get_item"] });
    export const people = defineCaller({ name: "people",
      jwt: { issuer: "https://id.example.com", audience: "checkrein", jwks: env("JWKS"), claims: ["tenant"] } });`,
};

export const KEYS = {
  bot: "canary-b070-key-of-bot-0123",
  other: "canary-07e4-key-of-other-01",
  reader: "canary-4ead-key-of-reader-0",
} as const;

export interface OpenedRun {
  readonly run: string;
  readonly token: string;
  readonly url: string;
}

export interface IdentityApp extends RunningApp {
  readonly backend: SocketBackend;
  readonly issuer: Issuer;
  /** Opens a run on the admin port. */
  open(request: Readonly<Record<string, unknown>>): Promise<OpenedRun>;
  end(run: string): Promise<void>;
  jwt(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Journal and log, once they are written. */
  written(): Promise<string>;
}

export const startIdentityApp = async (flags: readonly string[] = []): Promise<IdentityApp> => {
  const [backend, issuer, key] = [
    await startSocketBackend(always(200, '{"id":"a"}')),
    await startIssuer(),
    await makeKey("k"),
  ];
  issuer.publish([key.jwk]);
  const contracts = writeContracts(files);
  const journal = join(contracts, "journal.jsonl");
  const log: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => (log.push(String(chunk)), done()) });
  const app = await startRunningApp({
    contracts,
    environment: {
      API_URL: backend.url,
      JWKS: issuer.url,
      BOT_KEY: KEYS.bot,
      OTHER_KEY: KEYS.other,
      READER_KEY: KEYS.reader,
    },
    flags: ["--anonymous=false", "--state=memory", "--journal", `lines:${journal}`, ...flags],
    log: pino({ level: "trace" }, sink),
  });
  return {
    ...app,
    backend,
    issuer,
    open: (request) => post(app, "/runs", request) as Promise<OpenedRun>, // as the admin port writes it
    end: async (run) => void (await post(app, `/runs/${run}/end`, {})),
    jwt: (claims = {}) => sign(key, claims),
    written: async () => {
      await new Promise((resolve) => setTimeout(resolve, 300)); // the journal's records wait a moment for company
      return readFileSync(journal, "utf8") + log.join("");
    },
    stop: async () => {
      await app.stop();
      await Promise.all([backend.close(), issuer.close()]);
    },
  };
};

const post = async ({ app }: RunningApp, path: string, body: object): Promise<unknown> => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const answer = await fetch(app.adminUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};

const sign = (key: SigningKey, claims: Readonly<Record<string, unknown>>): Promise<string> =>
  signJwt(key, {
    iss: "https://id.example.com",
    aud: "checkrein",
    sub: "ann",
    exp: Math.floor(Date.now() / 1000) + 60,
    tenant: "acme",
    ...claims,
  });
