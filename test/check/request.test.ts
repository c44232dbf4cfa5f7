// The request builder: what is accepted arrives as exactly what was given, in exactly the segments of the template; what
// cannot be written is refused with the argument's name.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject, RestRequest } from "../../src/call.ts";
import { buildRequest } from "../../src/check/request.ts";
import type { Contract } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { writeToolFolder } from "../support/tool-folder.ts";
import { loadRequestContracts, requestDocument } from "./probe.ts";

let contracts: ReadonlyMap<string, Contract>;
beforeAll(async () => {
  contracts = await loadRequestContracts();
});

type Built = { readonly request: RestRequest } | { readonly refused: readonly string[] };

const build = (tool: string, argumentsValue: JsonObject): Built => {
  const operation = contracts.get(tool)?.operation;
  if (operation?.kind !== "rest") throw new Error(`no operation of ${tool}`);
  const built = buildRequest(operation, argumentsValue);
  return built.ok ? { request: built.value } : { refused: built.refusal.issues.map(({ path }) => path) };
};
const target = (tool: string, argumentsValue: JsonObject): string | readonly string[] => {
  const built = build(tool, argumentsValue);
  return "request" in built ? built.request.target : built.refused;
};

describe("a path argument", () => {
  it.each([
    ["a b", "/items/a%20b"],
    ["a+b", "/items/a%2Bb"],
    ["é😀", "/items/%C3%A9%F0%9F%98%80"],
    ["%2e%2e", "/items/%252e%252e"],
    ["...", "/items/..."],
    [".a", "/items/.a"],
    ["a?b#c&d=e", "/items/a%3Fb%23c%26d%3De"],
    ["!'()*~", "/items/%21%27%28%29%2A~"],
    ["\\..\\", "/items/%5C..%5C"],
    ["\r\n\0", "/items/%0D%0A%00"],
    ["ALL", "/items/ALL"],
  ])("%j is written as %s", (id, want) => {
    expect(target("get_item", { id })).toBe(want);
  });

  it.each(["", ".", "..", "a/b", "/", "../x", "\ud800", "all"])("%j is refused", (id) => {
    expect(target("get_item", { id })).toEqual(["/id"]);
  });

  it("is refused everywhere at once", () => {
    expect(target("get_pair", { a: "..", b: "" })).toEqual(["/a", "/b"]);
  });

  it("arrives as the same text in one segment, or is refused (any text)", () => {
    const seen = { accepted: 0, refused: 0 };
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.constantFrom(".", "..", "%2e", "a/b", "all", "%2F"),
    );
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        const built = target("get_pair", { a, b });
        seen[typeof built === "string" ? "accepted" : "refused"] += 1;
        if (typeof built !== "string") return;
        expect(built).toMatch(/^[A-Za-z0-9\-._~%/]*$/);
        const url = new URL(`http://h${built}`);
        expect(url.pathname.split("/").map(decodeURIComponent)).toEqual(["", "pairs", a, b]);
      }),
      { seed: 20_261, numRuns: 2000 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50);
  });

  it.each([
    [{ base: "main", head: "topic" }, "/compare/main...topic"],
    [{ base: "a..b", head: "c" }, "/compare/a..b...c"],
    [{ base: "a...b", head: "c" }, ["/head"]],
    [{ base: "a.", head: "c" }, ["/head"]],
  ])("of a shared segment is split in one way only: %j", (values, want) => {
    expect(target("compare", values)).toEqual(want);
  });
});

describe("encodedSlash", () => {
  it.each([
    ["docs/a.md", "/files/docs%2Fa.md"],
    ["a", "/files/a"],
    ["a/b/c d", "/files/a%2Fb%2Fc%20d"],
  ])("lets %s through as one segment", (path, want) => {
    expect(target("get_file", { path })).toBe(want);
  });
  it.each(["../a", "a/..", "a/./b", "a/../b", "..", "x/history"])("does not let %s through", (path) => {
    expect(target("get_file", { path })).toEqual(["/path"]);
  });
  it.each([
    ['operation: api.get("/items/{id}"), encodedSlash: ["idd"]', "'idd' is no argument of the path"],
    ['operation: api.get("/search"), encodedSlash: ["q"]', "'q' is no argument of the path"],
    ['operation: api.get("/items/{id}"), pin: { id: "a" }, encodedSlash: ["id"]', "'id' is no argument of the path"],
  ])("is a problem where it names nothing: %s", async (members, message) => {
    const folder = writeToolFolder({ document: requestDocument, tools: { wrong: members } });
    const loaded = await loadContracts(folder.path);
    folder.remove();
    expect(loaded.ok ? [] : loaded.problems).toMatchObject([{ place: "encodedSlash", message }]);
  });
});

describe("a query argument", () => {
  it.each<[JsonObject, string]>([
    [{}, "/search"],
    [{ q: "" }, "/search?q="],
    [{ q: "a b+c&d=e%" }, "/search?q=a%20b%2Bc%26d%3De%25"],
    [{ limit: -0 }, "/search?limit=0"],
    [{ limit: 9007199254740991, ratio: 1e21 }, "/search?limit=9007199254740991&ratio=1e%2B21"],
    [{ ratio: 5e-324, exact: false }, "/search?ratio=5e-324&exact=false"],
    [{ tags: ["a", "b,c", ""] }, "/search?tags=a&tags=b%2Cc&tags="],
    [{ ids: [1, 2] }, "/search?ids=1,2"],
    [{ pipes: ["a", "b"] }, "/search?pipes=a%7Cb"],
    [{ spaces: ["a", "b"] }, "/search?spaces=a%20b"],
    [{ deep: { k: "a", n: 1 } }, "/search?deep%5Bk%5D=a&deep%5Bn%5D=1"],
    [{ json: { k: "a&b", n: 1 } }, "/search?json=%7B%22k%22%3A%22a%26b%22%2C%22n%22%3A1%7D"],
  ])("%j is written as %s", (values, want) => {
    expect(target("search", values)).toBe(want);
  });

  it.each<[JsonObject, string]>([
    [{ q: null }, "/q"],
    [{ tags: [] }, "/tags"],
    [{ tags: [null] }, "/tags"],
    [{ tags: [["a"]] }, "/tags"],
    [{ pipes: ["a|b", "c"] }, "/pipes"],
    [{ spaces: ["a b", "c"] }, "/spaces"],
    [{ deep: {} }, "/deep"],
    [{ deep: { k: { a: "b" } } }, "/deep"],
    [{ q: "\ud800" }, "/q"],
  ])("%j cannot be written", (values, pointer) => {
    expect(target("search", values)).toEqual([pointer]);
  });
});

describe("a header argument", () => {
  const header = (value: string): string | readonly string[] => {
    const built = build("search", { "X-Note": value });
    return "request" in built ? (built.request.headers[1] ?? "") : built.refused;
  };
  const isInner = (code: number): boolean => (code >= 0x20 && code <= 0x7e) || code === 9;
  const isOuter = (code: number): boolean => code >= 0x21 && code <= 0x7e;

  it("may have each of the 256 bytes where a header can carry it, and nowhere else", () => {
    for (let code = 0; code < 256; code += 1) {
      const mark = String.fromCharCode(code);
      for (const [value, fits] of [
        [`a${mark}b`, isInner(code)],
        [`${mark}b`, isOuter(code)],
        [`a${mark}`, isOuter(code)],
        [mark, isOuter(code)],
      ] as const)
        expect([code, header(value)]).toEqual([code, fits ? value : ["/X-Note"]]);
    }
  });
  it.each(["é", "\u2028", "😀", "a\r\nx: y", " a", "a ", "\ta"])("is refused as %j", (value) => {
    expect(header(value)).toEqual(["/X-Note"]);
  });
  it("with a comma inside an item of a list is refused", () => {
    expect(build("search", { "X-Many": ["a", "b"] })).toMatchObject({ request: { headers: ["x-many", "a,b"] } });
    expect(build("search", { "X-Many": ["a,b"] })).toEqual({ refused: ["/X-Many"] });
  });
  it("of a cookie cannot end the cookie", () => {
    expect(build("search", { seen: "a;b=c, d" })).toMatchObject({
      request: { headers: ["cookie", "seen=a%3Bb%3Dc%2C%20d"] },
    });
  });
});

describe("a body", () => {
  it("has pinned members always, and open ones under their own names", () => {
    expect(build("create_order", { amount: 1, note: { deep: [null] } })).toMatchObject({
      request: {
        body: '{"amount":1,"currency":"EUR","note":{"deep":[null]}}',
        headers: ["content-type", "application/json"],
      },
    });
  });
  it("never has a pinned member twice, although the body is open", () => {
    expect(build("create_order", { currency: "USD" })).toEqual({ refused: ["/currency"] });
  });
  it("never has an argument of another place", () => {
    expect(build("create_order", { "X-Key": "k" })).toMatchObject({
      request: { body: '{"currency":"EUR"}', headers: ["x-key", "k", "content-type", "application/json"] },
    });
  });
  it("has names of prototypes as members like any other", () => {
    const values = Object.fromEntries([
      ["constructor", 1],
      ["toString", 2],
      ["hasOwnProperty", 3],
    ]);
    expect(build("create_order", values)).toMatchObject({
      request: { body: '{"currency":"EUR","constructor":1,"toString":2,"hasOwnProperty":3}' },
    });
  });
  it("as a form is encoded, and refuses what a form cannot carry", () => {
    expect(build("send_form", { name: "a b&c", count: 1, tags: ["x", "y"] })).toMatchObject({
      request: { body: "name=a%20b%26c&count=1&tags=x&tags=y" },
    });
    expect(build("send_form", { name: "a", tags: [] })).toEqual({ refused: ["/tags"] });
  });
});
