// What the journal keeps of a run: nothing that goes to a secret argument, and everything else, for a replay needs it.
import { beforeAll, describe, expect, it } from "vitest";
import type { Grant, Run } from "../../src/call.ts";
import type { Catalog } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { describeClaims, describeGrants } from "../../src/run/describe-grants.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { definition, mcpFolder, toolContract } from "../support/mcp-folder.ts";

const secret = { type: "string", "x-secret": true };
const text = { type: "string" };
const document = {
  openapi: "3.1.0",
  info: { title: "Keys", version: "1" },
  paths: {
    "/keys": {
      post: {
        parameters: [
          { name: "tenant", in: "query", schema: text },
          { name: "pass", in: "query", schema: text, "x-secret": true },
        ],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: { key: secret, login: { properties: { word: secret } }, name: text },
              },
            },
          },
        },
        responses: { 204: { description: "Done" } },
      },
    },
  },
};
const fileOf = (members: string): string =>
  `import { bearer, claim, defineContract, defineRestBackend, env, jsonSchema, secretField, z } from "checkrein";
   import { keys } from "./backend.ts";
   export default defineContract({ description: "A tool.", operation: keys.post("/keys"), rest: false, ${members} });`;

const files = {
  "keys.json": JSON.stringify(document),
  "backend.ts": `import { defineRestBackend, env } from "checkrein";
    export const keys = defineRestBackend({ name: "keys", document: "keys.json", url: env("KEYS_URL") });`,
  "whole.ts": fileOf(
    'tool: "whole", pin: { pass: claim("whole_pass"), key: claim("whole_key"), tenant: claim("tenant") }',
  ),
  "narrow.ts": fileOf(
    'tool: "narrow", input: z.strictObject({ name: z.string() }), pin: { pass: claim("narrow_pass"), login: claim("login"), tenant: claim("tenant") }',
  ),
  "own.ts": fileOf(
    'tool: "own", input: z.strictObject({ name: z.string().optional(), tenant: z.string().optional(), key: secretField(z.string()) })',
  ),
};

const load = async (folder: string): Promise<Catalog> => {
  const loaded = await loadContracts(folder);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.catalog;
};
let catalog: Catalog;
beforeAll(async () => {
  catalog = await load(writeContracts(files));
});

const runOf = (...grants: readonly Grant[]): Run => ({ id: "r", lineage: ["r"], grants, expiresAt: undefined });
const hide = (): string => "hidden";
const claimsOf = (claims: Record<string, string>, run = runOf(), of = catalog): object =>
  describeClaims(of)({ caller: { name: "c", claims }, run }, hide);

describe("claims", () => {
  it.each(["whole_pass", "whole_key", "narrow_pass", "login"])("are hidden that go to a secret place: %s", (name) => {
    expect(claimsOf({ [name]: "a", tenant: "t", other: "o" })).toEqual({ [name]: "hidden", tenant: "t", other: "o" });
  });

  it("are hidden that a grant pins to a secret argument, or to one of a tool that is gone", () => {
    const pins: Grant = {
      arguments: {
        own: { key: { pin: { claim: "a" } }, tenant: { pin: { claim: "b" } } },
        gone: { key: { pin: { claim: "c" } } },
      },
    };
    expect(claimsOf({ a: "1", b: "2", c: "3" }, runOf({}, pins))).toEqual({ a: "hidden", b: "2", c: "hidden" });
  });

  it("are hidden that go to a secret member of a tool of an MCP server", async () => {
    const tool = definition("read_file", {
      inputSchema: { type: "object", properties: { path: text, word: secret } },
    });
    const members = toolContract('pin: { word: claim("word"), path: claim("path") }').replace(
      "{ define",
      "{ claim, define",
    );
    const folder = mcpFolder({ "tool.ts": members }, [tool]);
    expect(claimsOf({ word: "a", path: "b" }, runOf(), await load(folder))).toEqual({ word: "hidden", path: "b" });
  });
});

describe("a restriction of a secret argument", () => {
  it("is told by its keywords alone", () => {
    const key = { const: "a", enum: ["a", "b"], minLength: 3, maxLength: 3, pin: { value: "a" } };
    const shown = describeGrants(
      catalog,
      runOf({ arguments: { own: { key, name: { maxLength: 9, const: "n" } } } }),
      hide,
    );
    const hidden = { const: "hidden", enum: ["hidden", "hidden"], minLength: "hidden", maxLength: "hidden" };
    expect(shown).toEqual([
      { arguments: { own: { key: { ...hidden, pin: { value: "hidden" } }, name: { maxLength: 9, const: "n" } } } },
    ]);
  });
});
