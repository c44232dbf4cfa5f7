import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PathTemplate } from "../../../src/contract/contract.ts";
import { createPathTable } from "../../../src/contract/document/paths.ts";
import { readTemplate, splitSegment } from "../../../src/contract/document/template.ts";

const read = (...templates: readonly string[]): PathTemplate[] =>
  templates.map((template) => readTemplate(template).path);
const matcher = (...templates: readonly string[]) => {
  const table = createPathTable(read(...templates));
  return (path: string): string | undefined => {
    const found = table.match(path.slice(1).split("/"));
    return typeof found === "object" ? found.template : found;
  };
};

describe("path templates", () => {
  it.each([
    ["/a b/{x}", undefined],
    ["/a%20b", undefined],
    ["/", undefined],
    ["/a/", undefined],
    ["/a/{x}.json", undefined],
    ["/{a}...{b}", undefined],
    ["a", "does not start with `/`"],
    ["/a?b={c}", "has a query or fragment"],
    ["/a#b", "has a query or fragment"],
    ["/a//b", "has an empty segment"],
    ["//a", "has an empty segment"],
    ["/a/../b", "has a path step"],
    ["/a/%2e", "has a path step"],
    ["/{a}{b}", "has two parameters without text between them"],
    ["/{a}/{a}", "names a parameter twice"],
    ["/{a", "has an unpaired brace"],
    ["/a}", "has an unpaired brace"],
    ["/{}", "has an unpaired brace"],
    ["/%zz", "has a broken percent-encoding"],
  ])("reads %s with the problem %s", (template, problem) => {
    expect(readTemplate(template).problem).toBe(problem);
  });

  it("decodes literals and keeps the document's writing", () => {
    expect(readTemplate("/a%20b/{x}.json").path).toEqual({
      template: "/a%20b/{x}.json",
      segments: [[{ literal: "a b" }], [{ parameter: "x" }, { literal: ".json" }]],
    });
  });
});

describe("the table of paths", () => {
  const gists = matcher(
    "/gists/{id}",
    "/gists/starred",
    "/gists",
    "/gists/{id}/{sha}",
    "/gists/starred/x",
    "/",
    "/gists/",
  );

  it.each([
    ["/gists/1", "/gists/{id}"],
    ["/gists/starred", "/gists/starred"],
    ["/gists/starred/x", "/gists/starred/x"],
    ["/gists/starred/y", "/gists/{id}/{sha}"],
    ["/gists/Starred", "/gists/{id}"],
    ["/gists", "/gists"],
    ["/gists/", "/gists/"],
    ["/", "/"],
    ["/gists/1/2/3", undefined],
    ["/gists//2", undefined],
    ["/other", undefined],
  ])("matches %s to %s", (path, template) => {
    expect(gists(path)).toBe(template);
  });

  it("calls a path contested when no template is at least as concrete everywhere", () => {
    const match = matcher("/{a}/x", "/y/{b}", "/y/z");
    expect(match("/y/x")).toBe("contested");
    expect(match("/y/z")).toBe("/y/z");
    expect(match("/q/x")).toBe("/{a}/x");
  });

  it("finds the winner behind a branch that fits first", () => {
    expect(matcher("/a/{x}/c", "/{y}/b/d")("/a/b/d")).toBe("/{y}/b/d");
  });

  it("orders segments of text and parameters by what they take", () => {
    const match = matcher("/{a}.{b}", "/{c}.json", "/x.json", "/{d}");
    expect(match("/x.json")).toBe("/x.json");
    expect(match("/y.json")).toBe("/{c}.json");
    expect(match("/y.xml")).toBe("/{a}.{b}");
    expect(match("/.xml")).toBe("/{d}");
    expect(match("/y.xml.json")).toBe("/{c}.json");
    expect(matcher("/{a}.json", "/x{b}")("/xy.json")).toBe("contested");
  });

  it("calls two templates of one shape contested", () => {
    expect(matcher("/a/{x}", "/a/{y}")("/a/1")).toBe("contested");
  });

  it("takes names of prototypes for plain text", () => {
    expect(matcher("/a/{x}")("/__proto__/x")).toBe(undefined);
    expect(matcher("/a/{x}")("/a/__proto__")).toBe("/a/{x}");
    expect(matcher("/__proto__", "/constructor")("/constructor")).toBe("/constructor");
  });

  it("tells raw literals from percent-encoded ones", () => {
    const [path, table] = [read("/labels/a%20b/{x}")[0]!, createPathTable(read("/labels/a%20b/{x}"))];
    expect(table.match(["labels", "a b", "1"])?.valueOf()).toBeDefined();
    expect(table.hasExactLiterals(path, ["labels", "a%20b", "%31"])).toBe(true);
    expect(table.hasExactLiterals(path, ["l%61bels", "a%20b", "1"])).toBe(false);
    expect(table.hasExactLiterals(path, ["labels", "a b", "1"])).toBe(false);
  });
});

describe("canRenderElsewhere", () => {
  it.each([
    ["/gists/{id}", ["/gists/starred"], true],
    ["/gists/starred", ["/gists/{id}"], false],
    ["/gists/{id}", ["/gists/{id}/forks", "/orgs/{org}"], false],
    ["/{a}/x", ["/y/{b}"], true],
    ["/a/{x}", ["/a/{y}.json"], true],
    ["/a/{y}.json", ["/a/{x}"], false],
    ["/a/{y}.json", ["/a/{x}.xml"], false],
    ["/a/{y}.json", ["/a/v{x}"], true],
    ["/a/{x}", ["/a/"], false],
  ])("of %s beside %j is %s", (template, others, expected) => {
    const [path, ...rest] = read(template, ...others);
    expect(createPathTable([path!, ...rest]).canRenderElsewhere(path!)).toBe(expected);
  });
});

describe("splitSegment", () => {
  it.each([
    ["/{base}...{head}", "a...b", ["a", "b"]],
    ["/{base}...{head}", "a...b...c", "ambiguous"],
    ["/{base}...{head}", "a....b", "ambiguous"],
    ["/{base}...{head}", "...b", undefined],
    ["/{base}...{head}", "a...", undefined],
    ["/{id}.json", "x.json.json", ["x.json"]],
    ["/{id}.json", ".json", undefined],
    ["/v{a}-{b}-{c}.x", "v1-2-3.x", ["1", "2", "3"]],
    ["/v{a}-{b}-{c}.x", "v1-2-3-4.x", "ambiguous"],
    ["/{id}", "x", ["x"]],
    ["/{id}", "", undefined],
    ["/x", "x", []],
    ["/x", "y", undefined],
  ])("splits by %s the text %j into %j", (template, text, values) => {
    expect(splitSegment(read(template)[0]!.segments[0]!, text)).toEqual(values);
  });
});

// An independent definition: regular expressions for what fits, sets of all short texts for what is more concrete.
const letters = [
  "",
  "a",
  "b",
  ".",
  "aa",
  "ab",
  "a.",
  "b.",
  ".a",
  ".b",
  "a.a",
  "a.b",
  "b.a",
  "b.b",
  "ba",
  "bb",
  "a.bb",
  "..",
  "a..b",
  "a.b.a",
];
const segmentPattern = (segment: string): RegExp =>
  new RegExp(`^${segment.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^]+")}$`, "u");
const language = (segment: string): string[] => letters.filter((text) => segmentPattern(segment).test(text));
const isWithin = (one: string, other: string): boolean =>
  language(one).every((text) => segmentPattern(other).test(text));

const anySegment = fc.constantFrom("a", "b", "a.b", "{p}", "{p}.b", "a.{p}", "{p}.{q}", "b{p}");
const anyTemplates = fc.uniqueArray(fc.array(anySegment, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 7,
  selector: (segments) => segments.join("/"),
});
const template = (segments: readonly string[]): string =>
  `/${segments.map((segment, at) => segment.replaceAll(/\{(\w+)\}/g, `{$1${at}}`)).join("/")}`;

describe("properties of the table", () => {
  it("gives the template that is at least as concrete as every other that fits", () => {
    const property = fc.property(
      anyTemplates,
      fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 }),
      (all, segments) => {
        const fits = all.filter(
          (one) => one.length === segments.length && one.every((part, at) => segmentPattern(part).test(segments[at]!)),
        );
        const winner = fits.find((one) => fits.every((other) => one.every((part, at) => isWithin(part, other[at]!))));
        const want = fits.length === 0 ? undefined : winner === undefined ? "contested" : template(winner);
        expect(matcher(...all.map(template))(`/${segments.join("/")}`)).toBe(want);
      },
    );
    fc.assert(property, { seed: 2, numRuns: 3000 });
  });

  it("matches every rendering to its own template, unless canRenderElsewhere said that it may not", () => {
    const property = fc.property(
      anyTemplates,
      fc.array(fc.constantFrom(...letters.filter((text) => text !== "")), { minLength: 6, maxLength: 6 }),
      (all, values) => {
        const paths = read(...all.map(template));
        const table = createPathTable(paths);
        const path = paths[0]!;
        let next = 0;
        const rendered = path.segments.map((parts) =>
          parts.map((part) => ("literal" in part ? part.literal : values[next++ % values.length])).join(""),
        );
        if (!table.canRenderElsewhere(path)) expect(table.match(rendered)).toBe(path);
        expect(table.match(rendered)).toBeDefined();
      },
    );
    fc.assert(property, { seed: 3, numRuns: 3000 });
  });
});
