// The path of an issue is a JSON Pointer on every ingress: an agent that mends by it must find the same member.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

const text = { type: "string" };
const query = (name: string): object => ({ name, in: "query", schema: text });
const members = { type: "object", properties: { "c/d": text, e: text } };
const document = {
  openapi: "3.1.0",
  info: { title: "names", version: "1" },
  paths: {
    "/items": {
      post: {
        parameters: [query("a/b~"), query("q")],
        requestBody: { required: true, content: { "application/json": { schema: members } } },
        responses: { "200": { description: "ok" } },
      },
    },
  },
};
const tools = { items: 'operation: api.post("/items"), pin: { "a/b~": "x", "c/d": "y" }' };

let running: RunningApp;
beforeAll(async () => {
  const folder = writeToolFolder({ document, tools });
  const environment = { API_URL: "http://127.0.0.1:9", API_TOKEN: "canary-77b5-token-of-the-api" };
  running = await startRunningApp({ contracts: folder.path, environment });
  folder.remove();
});
afterAll(() => running.stop());

const issuesOf = (answer: { readonly text: string }): readonly string[] =>
  JSON.parse(answer.text).issues.map((issue: { readonly path: string; readonly code: string }) =>
    [issue.code, issue.path].join(" "),
  );

const rest = async (target: string, body: object): Promise<readonly string[]> =>
  issuesOf(
    await running.send({
      method: "POST",
      target: `/api/items${target}`,
      headers: [["content-type", "application/json"]],
      body: JSON.stringify(body),
    }),
  );

it("escapes the names of unknown members", async () => {
  expect(await rest("?u%2Fv~=1", {})).toEqual(["unknown /u~1v~0"]);
  expect(await rest("", { "~/": 1 })).toEqual(["unknown /~0~1"]);
  expect(issuesOf(await running.call("items", { "u/v~": "1" }))).toEqual(["unknown /u~1v~0"]);
});

it("escapes the names of pinned members", async () => {
  expect(await rest("?a%2Fb~=1", {})).toEqual(["pinned /a~1b~0"]);
  expect(await rest("", { "c/d": "1" })).toEqual(["pinned /c~1d"]);
});
