// What load refuses in backends, in files, and in contracts side by side.
import { describe, expect, it } from "vitest";
import { loadContracts } from "../../../src/contract/load/load.ts";
import {
  backendFile,
  contractFile,
  getOrder,
  loadProblems,
  orders,
  refund,
  writeContracts,
} from "../../support/contracts-folder.ts";

const said = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await loadProblems({ "tool.ts": getOrder(), ...files })).map(
    ({ file, place, message }) => `${file}: ${place}: ${message}`,
  );

const backend = (more: string): Readonly<Record<string, string>> => ({ "backend.ts": backendFile(more) });
const call = contractFile('tool: "call_it", description: "x", operation: orders.post("/call")');
const noRoute = contractFile('tool: "call_it", description: "x", operation: orders.post("/call"), rest: false');
const second = (name: string, mount: string): string =>
  `import { defineRestBackend } from "checkrein";
   export const more = defineRestBackend({ name: "${name}", document: "orders.json", url: "http://127.0.0.1:1", mount: "${mount}" });`;

describe("load refuses a backend with", () => {
  it.each<[string, string, string, RegExp]>([
    ["a name that is none", 'name: "Orders"', "name", /"Orders" is not a name/],
    ["a mount that is no path", 'mount: "shop/"', "mount", /"shop\/" is not a path/],
    ["a mount with path steps", 'mount: "/a/../b"', "mount", /is not a path/],
    ["a mount on a path of the sidecar", 'mount: "/mcp/orders"', "mount", /collides with a path of the sidecar/],
    ["a URL with a query", 'url: "https://example.com/?a=1"', "url", /is not an http or https URL/],
    ["a URL of another scheme", 'url: "file:///etc/passwd"', "url", /is not an http or https URL/],
    ["an address that is no reference", "url: 5", "url", /must come from the environment/],
    ["a variable that has no name", 'url: env("")', "url", /is not the name of a variable/],
    [
      "a credential that stands in the file",
      'credential: bearer("s3cr3t")',
      "credential",
      /must come from the environment/,
    ],
    ["a credential of another make", 'credential: { kind: "cookie" }', "credential", /is not a credential/],
    [
      "a credential in a hop-by-hop header",
      'credential: header("Connection", secret("T"))',
      "credential",
      /not a header for/,
    ],
    ["a deadline that is no number", 'deadlineMs: "5s"', "deadlineMs", /whole number/],
    ["a network that is none", 'networks: ["10.0.0.0/64"]', "networks", /is not a network/],
    ["a misspelt option", "maxConnection: 5", "maxConnection", /a backend has no maxConnection/],
    ["no document", 'document: "none.json"', "document", /cannot be read/],
  ])("%s", async (_, more, place, message) => {
    const problems = await loadProblems({ "tool.ts": getOrder(), ...backend(more) });
    expect(problems.map((problem) => problem.place.replace(/^backend \w*\./, ""))).toEqual([place]);
    expect(problems[0]).toMatchObject({ file: "backend.ts", message: expect.stringMatching(message) });
    expect(problems[0]?.mend).not.toBe("");
  });

  it("repeats no password of a URL", async () => {
    expect((await said(backend('url: "https://user:s3cr3t@example.com/"'))).join()).not.toContain("s3cr3t");
  });

  it.each<[string, string, RegExp]>([
    ["is no OpenAPI", "{}", /which OpenAPI version/],
    ["is Swagger 2.0", '{ "swagger": "2.0" }', /Swagger 2.0/],
    ["cannot be parsed", "paths: [", /no valid YAML/],
    ["has a key twice", '{ "openapi": "3.1.0", "openapi": "3.1.0" }', /same key twice/],
    ["has no paths", '{ "openapi": "3.1.0" }', /no paths/],
  ])("a document that %s", async (_, text, message) => {
    const [problem, ...others] = await said({ "orders.json": text });
    expect(problem).toMatch(message);
    expect(problem).toMatch(/^backend\.ts: backend orders\.document/);
    expect(others).toEqual([]);
  });

  it("no credential in a header that agents use, too", async () => {
    for (const name of ["X-Api-Key", "Authorization"])
      expect(await said(backend(`credential: header("${name}", secret("T"))`))).toEqual([]);
  });

  it("a credential that an operation has as an argument", async () => {
    const files = {
      ...backend('credential: header("idempotency-key", secret("T"))'),
      "refund.ts": refund('input: z.strictObject({ orderId: z.string(), amount: z.int() }), pin: { currency: "EUR" }'),
    };
    expect(await said(files)).toEqual([]);
    const sends = files["refund.ts"].replace("amount:", '"Idempotency-Key": z.string(), amount:');
    expect(await said({ ...files, "refund.ts": sends })).toEqual([
      "refund.ts: input.Idempotency-Key: the header Idempotency-Key carries the backend's credential: only the sidecar sends it",
    ]);
  });
});

describe("load refuses files", () => {
  it.each<[string, string, string]>([
    ["that do not parse", "export default {", "import: the file cannot be imported: SyntaxError"],
    [
      "that import what is not there",
      'import "./nothing.ts";',
      "import: the file cannot be imported: Error: Cannot find",
    ],
    ["that throw", 'throw new RangeError("too far");', "import: the file cannot be imported: RangeError: too far"],
    ["with types that cannot be stripped", "enum A { B }", "import: the file cannot be imported: SyntaxError"],
    [
      "whose default export is no contract",
      "export default { tool: 'x' };",
      "default: the default export is not a contract",
    ],
    [
      "whose contract is no default export",
      getOrder().replace("export default", "export const tool ="),
      "tool: a contract is not the file's default export",
    ],
  ])("%s", async (_, text, message) => {
    const problems = await said({ "bad.ts": text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`bad.ts: ${message}`);
  });

  it("in a folder that is not there, is a file, or holds no contract", async () => {
    const folder = writeContracts({ "note.txt": "x" });
    for (const path of [`${folder}/none`, `${folder}/note.txt`, folder]) {
      const loaded = await loadContracts(path);
      expect(loaded.ok ? [] : loaded.problems.map(({ place }) => place)).toEqual(["folder"]);
    }
  });

  it("leaves tests, declarations, hidden folders and helpers without contracts alone", async () => {
    const files = ["tool.test.ts", "types.d.ts", ".hidden/a.ts", "node_modules/x/a.js"].map((name) => [
      name,
      "throw 1",
    ]);
    expect(await said({ ...Object.fromEntries(files), "schemas.ts": "export const a = 1;" })).toEqual([]);
  });
});

describe("load refuses side by side", () => {
  it("two tools of one name, and two contracts that own one route", async () => {
    expect(await said({ "a.ts": getOrder("", "get_order") })).toEqual([
      'tool.ts: tool: another contract is named "get_order": a.ts',
      'tool.ts: rest: GET /orders/{orderId} belongs to "get_order" already: a.ts',
    ]);
    expect(await said({ "a.ts": getOrder("", "other") })).toEqual([
      'tool.ts: rest: GET /orders/{orderId} belongs to "other" already: a.ts',
    ]);
    expect(await said({ "a.ts": getOrder("rest: false", "other") })).toEqual([]);
  });

  it("two backends of one name or one mount, and one backend that two files export", async () => {
    expect(await said({ "second.ts": second("orders", "/b") })).toEqual([
      "second.ts: backend orders.name: another backend has this name: backend.ts",
    ]);
    expect(await said({ "second.ts": second("b", "/orders") })).toEqual([
      "second.ts: backend b.mount: another backend has this mount: backend.ts",
    ]);
    expect(await said({ "second.ts": 'export { orders } from "./backend.ts";' })).toEqual([
      "second.ts: backend orders: the backend is exported by backend.ts, too",
    ]);
  });

  it("a route that the sidecar's own paths hide", async () => {
    const [problem] = await said({ ...backend('mount: "/"'), "call.ts": call });
    expect(problem).toMatch(/^call\.ts: operation: POST \/call under the mount \/ collides with a path of the sidecar/);
    expect(await said({ ...backend('mount: "/"'), "call.ts": noRoute })).toEqual([]);
    expect(await said({ "call.ts": call })).toEqual([]);
  });

  it("a route that a longer mount hides", async () => {
    const list = contractFile('tool: "list", description: "x", operation: orders.get("/v2/orders")');
    const files = { "list.ts": list, "second.ts": second("b", "/orders/v2") };
    expect((await said(files)).join()).toMatch(
      /^list\.ts: operation: .* collides with the mount \/orders\/v2 of the backend "b"/,
    );
    expect(await said({ ...files, "second.ts": second("b", "/orders/v3") })).toEqual([]);
  });

  it("every mistake at once, and none twice because a backend did not load", async () => {
    const problems = await said({
      ...backend('mount: "/tools", url: "x"'),
      "a.ts": getOrder('effect: "reads", input: z.object({})'),
      "b.ts": "enum A {}",
    });
    expect(problems.map((text) => text.split(": ", 2).join(": ")).sort()).toEqual([
      "a.ts: effect",
      "a.ts: input",
      "b.ts: import",
      "backend.ts: backend orders.mount",
      "backend.ts: backend orders.url",
    ]);
  });

  it("refuses an operation of the document that cannot be offered, with its place there", async () => {
    const paths = { "/orders/{orderId}": { get: { responses: {} } } };
    const [problem] = await said({ "orders.json": JSON.stringify({ ...orders, paths }) });
    expect(problem).toBe(
      "tool.ts: operation at /paths/~1orders~1{orderId}/get: the path parameter 'orderId' is not described",
    );
  });
});
