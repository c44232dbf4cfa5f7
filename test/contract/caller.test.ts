// Callers as authors declare them: read as they are meant, or told with file, place and mend.
import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { backendFile, getOrder, loadProblems, orders, refund, writeContracts } from "../support/contracts-folder.ts";

const HASH = `sha256:${"0a".repeat(32)}`;
const callerFile = (...callers: readonly string[]): string =>
  `import { defineCaller, env, secret } from "checkrein";
   ${callers.map((caller, index) => `export const caller${index} = defineCaller({ ${caller} });`).join("\n")}`;
const tools = {
  "get-order.ts": getOrder(),
  "refund.ts": refund(
    'input: z.strictObject({ orderId: z.string(), amount: z.int().max(500) }), pin: { currency: "EUR" }',
  ),
};

const load = async (...callers: readonly string[]): Promise<Catalog> => {
  const folder = writeContracts({
    "orders.json": JSON.stringify(orders),
    "backend.ts": backendFile(),
    ...tools,
    "callers.ts": callerFile(...callers),
  });
  const loaded = await loadContracts(folder);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.catalog;
};

describe("a declared caller", () => {
  it("has a key that comes from outside, and what is known about it", async () => {
    const { callers } = await load('name: "bot", key: secret("BOT_KEY"), claims: { tenant: "acme", level: 3 }');
    expect(callers).toEqual([
      {
        name: "bot",
        proof: { kind: "key", key: { kind: "secret", name: "BOT_KEY" }, claims: { tenant: "acme", level: 3 } },
        grant: {},
      },
    ]);
  });

  it("has the hash of a key", async () => {
    const { callers } = await load(`name: "bot", keyHash: "${HASH.toUpperCase().replace("SHA", "sha")}"`);
    expect(callers[0]?.proof).toEqual({ kind: "hash", sha256: "0a".repeat(32), claims: {} });
  });

  it("has tokens of an issuer", async () => {
    const jwt = `issuer: "https://id.example.com", audience: "checkrein", jwks: "https://id.example.com/keys"`;
    const { callers } = await load(
      `name: "people", jwt: { ${jwt} }`,
      `name: "admins", jwt: { ${jwt}, subject: "email", require: { role: "admin" }, claims: ["tenant"] }`,
      `name: "local", jwt: { issuer: "x", audience: "y", jwks: env("KEYS_URL") }`,
      `name: "loop", jwt: { issuer: "x", audience: "z", jwks: "http://127.0.0.1:9/keys" }`,
    );
    const proof = {
      kind: "jwt",
      issuer: "https://id.example.com",
      audience: "checkrein",
      jwks: "https://id.example.com/keys",
    };
    expect(callers.map((caller) => caller.proof)).toMatchObject([
      { ...proof, subject: "sub", require: {}, claims: [] },
      { ...proof, subject: "email", require: { role: "admin" }, claims: ["tenant"] },
      { jwks: { kind: "env", name: "KEYS_URL" } },
      { jwks: "http://127.0.0.1:9/keys" },
    ]);
  });

  it("has a grant", async () => {
    const { callers } = await load(
      `name: "bot", key: secret("K"), tools: ["refund"], arguments: { refund: { amount: { maximum: 100 } } },
       limits: [{ tools: ["refund"], calls: 5, window: "1h" }], messages: []`,
    );
    expect(callers[0]?.grant).toEqual({
      tools: ["refund"],
      arguments: { refund: { amount: { maximum: 100 } } },
      limits: [{ tools: ["refund"], calls: 5, windowMs: 3_600_000 }],
      messages: [],
    });
  });
});

describe("load refuses a caller with", () => {
  const jwt = (more: string): string =>
    `name: "x", jwt: { issuer: "i", audience: "a", jwks: "https://x.test/k", ${more} }`;
  const keyed = (more: string): string => `name: "x", key: secret("K"), ${more}`;

  it.each<[string, string, RegExp]>([
    ["no name", 'key: secret("K")', /^caller undefined\.name: is not a name/],
    ["a name that is none", 'name: "The Bot", key: secret("K")', /\.name: is not a name/],
    ["a name with a slash, as subjects have", 'name: "a/b", key: secret("K")', /\.name: is not a name/],
    ["the name of nobody", 'name: "anonymous", key: secret("K")', /is the name of callers without a key/],
    ["no key", 'name: "x"', /^caller x: there is no key and no jwt/],
    ["two keys", `name: "x", key: secret("K"), keyHash: "${HASH}"`, /^caller x: key and keyHash stand side by side/],
    ["a key in the file", 'name: "x", key: "s3cr3t-0123456789"', /^caller x\.key: the key stands in the file/],
    ["a key that is no reference", 'name: "x", key: 5', /^caller x\.key: must come from the environment/],
    ["a variable without a name", 'name: "x", key: secret("")', /^caller x\.key: "" is not the name/],
    ["a hash of another kind", 'name: "x", keyHash: "md5:00"', /^caller x\.keyHash: is not a hash/],
    ["a hash cut short", `name: "x", keyHash: "${HASH.slice(0, -1)}"`, /^caller x\.keyHash/],
    ["a hash without its name", `name: "x", keyHash: "${HASH.slice(7)}"`, /^caller x\.keyHash/],
    ["a misspelt option", keyed('tool: ["refund"]'), /^caller x\.tool: a caller has no "tool"; did you mean tools\?/],
    ["claims that are none", keyed('claims: "acme"'), /^caller x\.claims: is not an object/],
    ["claims that JSON cannot hold", keyed("claims: { at: () => 5 }"), /^caller x\.claims/],
    ["claims that a token cannot hold", keyed("claims: { id: 2 ** 60 }"), /^caller x\.claims/],
    ["claims of a key beside a token", `${jwt("")}, claims: {}`, /^caller x\.claims: claims come from the token/],
    ["jwt that is none", 'name: "x", jwt: "https://x.test"', /^caller x\.jwt: is not an object/],
    ["no issuer", 'name: "x", jwt: { audience: "a", jwks: "https://x.test/k" }', /^caller x\.jwt\.issuer/],
    ["no audience", 'name: "x", jwt: { issuer: "a", jwks: "https://x.test/k" }', /^caller x\.jwt\.audience/],
    ["no keys", 'name: "x", jwt: { issuer: "a", audience: "b" }', /^caller x\.jwt\.jwks: must come from/],
    ["keys over http", jwt('jwks: "http://x.test/k"'), /^caller x\.jwt\.jwks: is not an https URL/],
    ["keys over http from a look-alike of loopback", jwt('jwks: "http://127.0.0.1.x.test/k"'), /jwks: is not an https/],
    ["keys behind a password", jwt('jwks: "https://a:b@x.test/k"'), /jwks: is not an https URL/],
    ["keys in a file", jwt('jwks: "file:///keys"'), /jwks: is not an https URL/],
    [
      "a misspelt option of jwt",
      jwt("requires: {}"),
      /^caller x\.jwt\.requires: jwt has no "requires"; did you mean require/,
    ],
    ["a subject that is no name", jwt("subject: 5"), /^caller x\.jwt\.subject/],
    ["required claims that are none", jwt('require: "admin"'), /^caller x\.jwt\.require/],
    ["claims that are no names", jwt("claims: { tenant: true }"), /^caller x\.jwt\.claims/],
    [
      "an unknown tool",
      keyed('tools: ["refnd"]'),
      /^caller x\.tools\.0: there is no tool "refnd"; did you mean refund\?/,
    ],
    [
      "an unknown argument",
      keyed("arguments: { refund: { amuont: {} } }"),
      /^caller x\.arguments\.refund\.amuont: .*did you mean amount\?/,
    ],
    [
      "an argument that is pinned by the contract",
      keyed("arguments: { refund: { currency: {} } }"),
      /names no argument "currency"/,
    ],
    [
      "a restriction that nothing meets",
      keyed("arguments: { refund: { amount: { minimum: 501 } } }"),
      /^caller x\.arguments\.refund\.amount: no value is left/,
    ],
    ["an unknown tool in a limit", keyed('limits: [{ tools: ["x"], calls: 5 }]'), /^caller x\.limits\.0\.tools\.0/],
    [
      "a restriction that is a function",
      keyed("arguments: { refund: { amount: { maximum: () => 5 } } }"),
      /^caller x: tools, arguments/,
    ],
    ["a restriction in a Map", keyed("arguments: new Map([['refund', {}]])"), /^caller x: tools, arguments/],
  ])("%s", async (_, members, said) => {
    const problems = await loadProblems({
      ...tools,
      "callers.ts": callerFile(members.replace(/jwks: "https:\/\/x.test\/k", jwks/, "jwks")),
    });
    expect(problems.map(({ place, message, mend }) => `${place}: ${message}; ${mend}`)).toEqual([
      expect.stringMatching(said),
    ]);
    expect(problems[0]?.file).toBe("callers.ts");
    expect(JSON.stringify(problems)).not.toContain("s3cr3t");
  });

  it("the name of another, and one that two files export", async () => {
    const twice = callerFile('name: "x", key: secret("K")', 'name: "x", key: secret("L")');
    expect(await loadProblems({ ...tools, "callers.ts": twice })).toMatchObject([
      { place: "caller x.name", message: "another caller has this name: callers.ts" },
    ]);
    const files = {
      ...tools,
      "callers.ts": callerFile('name: "x", key: secret("K")'),
      "more.ts": 'export { caller0 } from "./callers.ts";',
    };
    expect(await loadProblems(files)).toMatchObject([{ file: "more.ts", place: "caller x.name" }]);
  });

  it("a wrong key beside contracts with problems, and says nothing of tools that are only not loaded", async () => {
    const files = {
      "bad.ts": getOrder("deadlineMs: 0"),
      "callers.ts": callerFile('name: "x", key: "plain", tools: ["get_order"]'),
    };
    expect((await loadProblems(files)).map(({ place }) => place)).toEqual(["deadlineMs", "caller x.key"]);
  });

  it("the look of one: what this package did not make is no caller", async () => {
    const { callers } = await load();
    expect(callers).toEqual([]);
  });
});
