// A tool that the caller may not use cannot be told from one that does not exist, whatever an agent tries to find it by.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initialize, legacy, modern, sendMcp } from "../ingress/mcp-wire.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";

const responses = { 200: { description: "" } };
const letters = ["a", "b", "c", "d"];
const paths = Object.fromEntries(letters.map((letter) => [`/things/${letter}`, { get: { responses } }]));
const head = 'import { defineCaller, defineContract, defineRestBackend, secret } from "checkrein";\n';
const tool = (letter: string): string =>
  `${head}import { api } from "./backend.ts";
   export default defineContract({ tool: "save_${letter}", description: "A tool.", operation: api.get("/things/${letter}") });`;

const files = {
  "things.json": JSON.stringify({ openapi: "3.1.0", info: { title: "Things", version: "1" }, paths }),
  "backend.ts": `${head}export const api = defineRestBackend({ name: "api", document: "things.json", url: "http://127.0.0.1:9" });`,
  "callers.ts": `${head}export const some = defineCaller({ name: "some", key: secret("SOME_KEY"), tools: ["save_a", "save_b", "save_c"] });`,
  "hidden.ts": `${head}export const hidden = defineRestBackend({ name: "hidden", document: "things.json", url: "http://127.0.0.1:9" });`,
  "other.ts": `${head}import { hidden } from "./hidden.ts";
    export default defineContract({ tool: "other", description: "A tool.", operation: hidden.get("/things/a") });`,
  ...Object.fromEntries(letters.map((letter) => [`${letter}.ts`, tool(letter)])),
};

const KEY = "the-key-of-some-0123456789";
let app: RunningApp;
beforeAll(async () => {
  const flags = ["--anonymous=false", "--state=memory"];
  app = await startRunningApp({ contracts: writeContracts(files), environment: { SOME_KEY: KEY }, flags });
});
afterAll(() => app.stop());

const byName = async (path: string, name: string): Promise<string> => {
  const headers = [["content-type", "application/json"] as const, ["x-api-key", KEY] as const];
  const body = JSON.stringify({ tool: name, arguments: {} });
  return (await app.send({ method: "POST", target: path, headers, body })).text;
};
const overMcp =
  (make: typeof modern | typeof legacy, path: string) =>
  async (name: string): Promise<string> =>
    (await sendMcp(app.port, make("tools/call", { name, arguments: {} }, { path, headers: { "x-api-key": KEY } })))
      .text;

it("a backend of which the caller may use nothing is one that is not there, over MCP", async () => {
  const headers = { "x-api-key": KEY };
  for (const post of [
    modern("tools/list", {}, { headers }),
    { ...initialize(), headers },
    { method: "GET", headers },
  ]) {
    const answerOf = async (name: string): Promise<readonly unknown[]> => {
      const { status, text } = await sendMcp(app.port, { ...post, path: `/mcp/${name}` });
      return [status, text.replace(/"call":"[\w-]+"/, "")];
    };
    expect(await answerOf("hidden")).toEqual(await answerOf("nothing"));
    expect(await answerOf("api")).not.toEqual(await answerOf("nothing"));
  }
});

const WAYS: readonly (readonly [string, (name: string) => Promise<string>])[] = [
  ["POST /call", (name) => byName("/call", name)],
  ["POST /check", (name) => byName("/check", name)],
  ["/mcp, modern", overMcp(modern, "/mcp")],
  ["/mcp, legacy", overMcp(legacy, "/mcp")],
  ["/mcp/api, modern", overMcp(modern, "/mcp/api")],
  ["/mcp/api, legacy", overMcp(legacy, "/mcp/api")],
];

describe.each(WAYS)("over %s", (_way, tried) => {
  it("the names nearest to it are those nearest to one that is not there", async () => {
    const answerTo = async (name: string): Promise<string> =>
      (await tried(name)).replaceAll(/"(checkrein\/)?call":"[\w-]+"/g, "").replaceAll(name, "it");
    const hidden = await answerTo("save_d");
    expect(hidden).toContain("Nearest: save_a, save_b, save_c.");
    expect(hidden).toBe(await answerTo("save_x"));
  });
});
