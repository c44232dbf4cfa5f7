// Globs of an allow list: what the author named matches, and nothing that a server could read as something else.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileNameGlob } from "../../src/check/glob.ts";
import { compileUriMatch } from "../../src/check/uri-match.ts";
import { isLong, seed } from "../support/seed.ts";

const uri = (glob: string, text: string): boolean => compileUriMatch([glob]).uri(text);
const template = (glob: string, text: string): boolean => compileUriMatch([glob]).template(text);

describe("a glob of URIs", () => {
  it.each([
    ["file:///docs/**", "file:///docs/a/b.md"],
    ["file:///docs/**", "file:///docs/"],
    ["file:///docs/**", "file:///docs/a%20b/100%25.md?x=1#y"],
    ["file:///docs/**", "file:///docs/.hidden/a..b/..."],
    ["file:///docs/**", "file:///docs/a%2Fb"],
    ["file:///docs/*", "file:///docs/a.md"],
    ["file:///docs/*.md", "file:///docs/.md"],
    ["file:///docs/**/*.md", "file:///docs/a.md"],
    ["file:///docs/**/*.md", "file:///docs/a/b/c.md"],
    ["repo://acme%2Fshop/**", "repo://acme%2Fshop/readme"],
    ["https://*.example.com/**", "https://a.example.com/x"],
    ["https://**.example.com/**", "https://a.b.example.com/x"],
    ["https://**", "https://example.com/x?y"],
    ["demo://resource/1", "demo://resource/1"],
    ["file:///a/../b", "file:///a/../b"],
    ["mail://me@example.com/in", "mail://me@example.com/in"],
    ["**", "file:///docs/../etc/passwd"],
    ["**", "anything\u0000at all"],
  ])("%s names %s", (glob, text) => {
    expect(uri(glob, text)).toBe(true);
  });

  it.each([
    ["file:///docs/**", "file:///docs/../etc/passwd"],
    ["file:///docs/**", "file:///docs/a/./b"],
    ["file:///docs/**", "file:///docs/.."],
    ["file:///docs/**", "file:///docs/%2e%2E/etc"],
    ["file:///docs/**", "file:///docs/.%2e/etc"],
    ["file:///docs/**", "file:///docs/..%2fetc"],
    ["file:///docs/**", "file:///docs/..%5Cetc"],
    ["file:///docs/**", "file:///docs/..\\etc"],
    ["file:///docs/**", "file:///docs/%252e%252e%252fetc"],
    ["file:///docs/**", "file:///docs/%25%32%65./etc"],
    ["file:///docs/**", "file:///docs/..;a=b/etc"],
    ["file:///docs/**", "file:///docs/..?x"],
    ["file:///docs/**", "file:///docs/.. "],
    ["file:///docs/**", "file:///docs/.%0A./etc"],
    ["file:///docs/**", "file:///docs/a%00.md"],
    ["file:///docs/**", "file:///docs/.\t./etc"],
    ["file:///docs/**", "file:///docs/a\n"],
    ["file:///docs/**", "file:///docs/%c0%ae%c0%ae/etc"],
    ["file:///docs/**", "file:///docs/%zz"],
    ["file:///docs/**", "file:///docs"],
    ["file:///docs/**", "file:///docs2/a"],
    ["file:///docs/**", "FILE:///docs/a"],
    ["file:///docs/**", " file:///docs/a"],
    ["file:///docs/**", `file:///docs/${"a".repeat(10_000)}`],
    ["file:///docs/*", "file:///docs/a/b"],
    ["file:///docs/*", "file:///docs/a%2Fb"],
    ["file:///docs/*", "file:///docs/a\\b"],
    ["file:///docs/*.md", "file:///docs/secret?.md"],
    ["file:///docs/**/*.md", "file:///docs/secret#/a.md"],
    ["file:///docs/**/*.md", "file:///docsa.md"],
    ["https://*.example.com/**", "https://evil.test/.example.com/x"],
    ["https://**.example.com/**", "https://evil.test/.example.com/x"],
    ["https://**.example.com", "https://evil.test/.example.com"],
    ["https://*.example.com/**", "https://evil.test#.example.com/x"],
    ["https://*.example.com/**", "https://evil.test\\.example.com/x"],
    ["https://example.com**", "https://example.com@evil.test/"],
    ["https://example.com**", "https://example.com:x@evil.test/"],
    ["mail://**", "mail://me@example.com/in"],
    ["demo://resource/1", "demo://resource/10"],
  ])("%s does not name %s", (glob, text) => {
    expect(uri(glob, text)).toBe(false);
  });

  it("names nothing that resolves to a place outside of its base", () => {
    const part = fc.constantFrom(
      ..."ab./\\%?#@:;=& \t\n".split(""),
      "..",
      "%2e",
      "%2E",
      "%2f",
      "%5c",
      "%25",
      "%00",
      "%01",
      "%09",
      "%0a",
      "%20",
      "/../",
      "/./",
      "..;",
      "//",
      "é",
      "．",
    );
    const tails = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
    const bases = fc.constantFrom("file:///docs/", "https://docs.example/a/b/", "docs://shelf/");
    fc.assert(
      fc.property(bases, tails, (base, tail) => {
        const text = base + tail;
        if (!uri(`${base}**`, text)) return;
        expect(new URL(text).href.startsWith(base)).toBe(true);
        // A server that decodes first comes to the same place.
        expect(new URL(decodeURIComponent(text)).href.startsWith(base)).toBe(true);
      }),
      { seed, numRuns: isLong ? 100_000 : 3000 },
    );
  });

  it("names every plain URI below its base", () => {
    const segments = fc.array(fc.stringMatching(/^[\w-]{1,8}(\.[\w-]{1,4})?$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(segments, (parts) => {
        expect(uri("file:///docs/**", `file:///docs/${parts.join("/")}`)).toBe(true);
        expect(uri("file:///docs/*", `file:///docs/${parts.join("/")}`)).toBe(parts.length === 1);
      }),
      { seed, numRuns: 300 },
    );
  });

  it("takes no longer for a glob that other matchers go back and forth in", () => {
    const glob = `x://${"**a*".repeat(10)}b`;
    const begun = performance.now();
    expect(uri(glob, `x://${"a".repeat(8000)}`)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe("a template", () => {
  it.each([
    ["file:///docs/**", "file:///docs/{path}"],
    ["file:///docs/**", "file:///docs/{+path}{?q,lang}"],
    ["file:///docs/*", "file:///docs/{name}"],
    ["https://h/*/raw", "https://h/{id}/raw"],
    ["demo://a/{id}", "demo://a/{id}"],
    ["demo://a/1", "demo://a/1"],
    ["**", "x://{a}{"],
  ])("of %s may be %s", (glob, text) => {
    expect(template(glob, text)).toBe(true);
  });

  it.each([
    ["file:///docs/**", "file:///{+path}"],
    ["file:///docs/**", "{+uri}"],
    ["file:///docs/x*", "file:///docs/{name}"],
    ["file:///docs/1", "file:///docs/{id}"],
    ["file:///docs/*", "file:///docs/{a}{/b}"],
    ["file:///docs/*.md", "file:///docs/{a}{?b}.md"],
    ["file:///docs/**", "file:///docs/{a}/../x"],
    ["file:///docs/**", "file:///docs/{a"],
    ["file:///docs/**", "file:///docs/{{a}}"],
  ])("of %s cannot be %s", (glob, text) => {
    expect(template(glob, text)).toBe(false);
  });
});

describe("a glob of names", () => {
  it.each([
    ["review_*", "review_code", true],
    ["review_*", "review_", true],
    ["review_*", "xreview_a", false],
    ["team/*", "team/a/b", false],
    ["team/**", "team/a/b", true],
    ["**", "any thing?", true],
    ["what*", "what is this?", true],
    ["exact", "exact", true],
    ["exact", "Exact", false],
  ])("%s and %s: %s", (glob, name, matches) => {
    expect(compileNameGlob(glob)(name)).toBe(matches);
  });
});
