// Content blocks pass by their known forms alone.
import { describe, expect, it } from "vitest";
import { isContentBlock } from "../../src/check/content-block.ts";
import { UnsafeNumber } from "../../src/json/strict-json.ts";

const uri = "file:///a";

describe("a content block", () => {
  it.each([
    { type: "text", text: "" },
    { type: "text", text: "a", annotations: { audience: ["user"], priority: 0.5 }, _meta: { x: 1 } },
    { type: "image", data: "AAAA", mimeType: "image/png" },
    { type: "image", data: "", mimeType: "image/png" },
    { type: "audio", data: "AA==", mimeType: "audio/wav" },
    { type: "audio", data: "AAA", mimeType: "audio/wav" },
    { type: "resource", resource: { uri, text: "" } },
    { type: "resource", resource: { uri, blob: "AAA=", mimeType: "x/y" } },
    { type: "resource_link", uri, name: "a", size: 3 },
  ])("has a known form: %o", (block) => {
    expect(isContentBlock(block)).toBe(true);
  });

  it.each([
    null,
    "text",
    [],
    {},
    { text: "a" },
    { type: "text" },
    { type: "text", text: 1 },
    { type: "Text", text: "a" },
    { type: "html", text: "a" },
    { type: "tool_use", id: "1", name: "x", input: {} },
    { type: ["text"], text: "a" },
    { type: "constructor", text: "a" },
    { type: "image", data: "not base64!", mimeType: "image/png" },
    { type: "image", data: "AAAAA", mimeType: "image/png" },
    { type: "image", data: "AAA==", mimeType: "image/png" },
    { type: "image", data: "=", mimeType: "image/png" },
    { type: "image", data: "AAAA" },
    { type: "audio", mimeType: "audio/wav" },
    { type: "resource", resource: { uri } },
    { type: "resource", resource: { uri, text: "a", blob: "AAAA" } },
    { type: "resource", resource: { uri, text: "a", blob: 1 } },
    { type: "resource", resource: { uri, text: 1 } },
    { type: "resource", resource: { text: "a" } },
    { type: "resource", resource: { uri, text: "a", mimeType: 1 } },
    { type: "resource", uri, text: "a" },
    { type: "resource_link", uri },
    { type: "text", text: "a", _meta: { n: new UnsafeNumber("1e999") } },
    { type: "text", text: "a", list: [{ n: new UnsafeNumber("1e999") }] },
  ])("has none: %o", (block) => {
    expect(isContentBlock(block)).toBe(false);
  });

  it("is judged in time that grows with its length alone", () => {
    const begun = performance.now();
    expect(isContentBlock({ type: "image", data: `${"A".repeat(4_000_000)}!`, mimeType: "image/png" })).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
