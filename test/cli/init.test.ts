// `checkrein init`: drafts that load without a problem and compile, and never an author's file lost.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { init } from "../../src/cli/init.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { orders } from "../support/contracts-folder.ts";

let folder: string;
let said: string;
const out = { write: (text: string) => void (said += text) };
const noTypes = async (): Promise<undefined> => undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-init-"));
  said = "";
});
afterEach(() => rmSync(folder, { recursive: true }));

const writeDocument = (more: object = {}): string => {
  const file = join(folder, "orders.json");
  writeFileSync(file, JSON.stringify({ ...orders, ...more }));
  return file;
};
const run = (...argv: readonly string[]): Promise<number> =>
  init(["--contracts", join(folder, "contracts"), ...argv], out, noTypes);
const read = (name: string): string => readFileSync(join(folder, "contracts", name), "utf8");
const drafted = (name: string): readonly string[] => readdirSync(join(folder, "contracts", name)).sort();

describe("checkrein init", () => {
  it("drafts a backend and a contract an operation, and they load", async () => {
    expect(await run("--openapi", writeDocument())).toBe(0);
    expect(drafted("orders")).toEqual([
      "backend.ts",
      "delete-orders-by-order-id.ts",
      "get-orders-by-order-id.ts",
      "get-v2-orders.ts",
      "post-call.ts",
      "post-orders-by-order-id-refunds.ts",
    ]);
    const loaded = await loadContracts(join(folder, "contracts"));
    expect(loaded.ok ? loaded.catalog.contracts.length : loaded.problems).toBe(5);
    expect(said).toContain("set ORDERS_URL");
    expect(said).toContain("openapi-typescript is not installed");
  });

  it("never overwrites a file, and says so", async () => {
    const document = writeDocument();
    await run("--openapi", document, "--only", "GET /v2/orders");
    writeFileSync(join(folder, "contracts/orders/get-v2-orders.ts"), "// mine");
    said = "";
    expect(await run("--openapi", document)).toBe(0);
    expect(read("orders/get-v2-orders.ts")).toBe("// mine");
    expect(said).toMatch(/kept .*get-v2-orders\.ts: it exists already\n/);
    expect(said).toMatch(/kept .*backend\.ts/);
  });

  it("drafts what is chosen alone, by name or with a star, and refuses a name that nothing has", async () => {
    const document = writeDocument();
    expect(await run("--openapi", document, "--only", "post *", "get_v2_orders", "--name", "some")).toBe(0);
    expect(drafted("some")).toEqual([
      "backend.ts",
      "get-v2-orders.ts",
      "post-call.ts",
      "post-orders-by-order-id-refunds.ts",
    ]);
    said = "";
    expect(await run("--openapi", document, "--only", "post_cal")).toBe(1);
    expect(said).toBe("no operation of the document is called post_cal: did you mean POST /call?\n");
  });

  it.each<[string, object, string]>([
    ["bearer", { a: { type: "http", scheme: "Bearer" } }, 'credential: bearer(secret("ORDERS_TOKEN"))'],
    [
      "basic",
      { a: { type: "http", scheme: "basic" } },
      'credential: basic(env("ORDERS_USER"), secret("ORDERS_PASSWORD"))',
    ],
    [
      "a header",
      { q: { type: "apiKey", in: "query", name: "k" }, a: { type: "apiKey", in: "header", name: "X-Key" } },
      'credential: header("X-Key", secret("ORDERS_TOKEN"))',
    ],
    [
      "nothing",
      { q: { type: "apiKey", in: "query", name: "k" } },
      "// the document's security schemes (q) cannot be drafted",
    ],
  ])("takes the credential from the document: %s", async (_, securitySchemes, line) => {
    expect(await run("--openapi", writeDocument({ components: { securitySchemes } }))).toBe(0);
    expect(read("orders/backend.ts")).toContain(line);
    expect((await loadContracts(join(folder, "contracts"))).ok).toBe(true);
  });

  it("skips what could not be loaded, with the reason", async () => {
    const paths = { ...orders.paths, "/a/{b}": { get: { responses: {} } } };
    expect(await run("--openapi", writeDocument({ paths }))).toBe(0);
    expect(said).toContain("skipped GET /a/{b}: the path parameter 'b' is not described\n");
    expect((await loadContracts(join(folder, "contracts"))).ok).toBe(true);
  });

  it("lets no text of a document become code", async () => {
    const evil = 'x"}); process.exit(7); //\n*/ ${1} `\u2028 throw 1';
    const schema = {
      type: "object",
      properties: {
        [evil]: { type: "string", description: evil, enum: [evil] },
        b: { type: "string", format: evil, pattern: "a/b\\/[/]\u2028" },
        c: { type: "array", uniqueItems: true },
      },
      additionalProperties: false,
    };
    const operation = {
      operationId: evil,
      summary: evil,
      responses: {},
      requestBody: { required: true, content: { "application/json": { schema } } },
    };
    const other = {
      ...operation,
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: { type: "object", properties: { a: { type: "string", [evil]: 1 } } } },
        },
      },
    };
    const components = { securitySchemes: { [evil]: { type: evil }, h: { type: "apiKey", in: "header", name: evil } } };
    const paths = { [`/a"'\`${"$"}{b}`.replace("{b}", "")]: { post: operation, put: other } };
    expect(await run("--openapi", writeDocument({ paths, components }))).toBe(0);
    const loaded = await loadContracts(join(folder, "contracts"));
    expect(loaded.ok ? loaded.catalog.contracts.length : loaded.problems).toBe(2);
  });

  it("refuses a document that cannot be read, and options that it has not", async () => {
    expect(await run("--openapi", join(folder, "none.json"))).toBe(1);
    expect(said).toContain("cannot be read");
    expect(await run()).toBe(2);
    expect(await run("--openapi", writeDocument(), "--name", "Shop!")).toBe(2);
    said = "";
    expect(await run("more.json", "--openapi", writeDocument())).toBe(2);
    expect(said).toBe('"more.json" is not an option: use --openapi, --contracts, --name, --only\n');
    said = "";
    expect(await run("--opnapi", "x")).toBe(2);
    expect(said).toBe("there is no option --opnapi: did you mean --openapi?\n");
  });

  it("writes the document's types beside it, unless they are there", async () => {
    const document = writeDocument();
    expect(await init(["--openapi", document, "--contracts", join(folder, "contracts")], out)).toBe(0);
    expect(said).toContain(`wrote ${join(folder, "orders.d.ts")}`);
    said = "";
    await init(["--openapi", document, "--contracts", join(folder, "contracts")], out);
    expect(said).toContain(`kept ${join(folder, "orders.d.ts")}`);
  });
});
