// W3C Trace Context: what is read of a traceparent, and that nothing else of it can be written on.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTraceOrigin, readTraceparent, writeTraceparent } from "../../src/telemetry/trace-context.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

describe("a traceparent", () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, true],
    [`00-${TRACE}-${SPAN}-00`, false],
    [`00-${TRACE}-${SPAN}-03`, true],
    [`00-${TRACE}-${SPAN}-fe`, false],
    [`01-${TRACE}-${SPAN}-01`, true],
    [`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, true],
  ])("is read: %s", (field, isSampled) => {
    expect(readTraceparent(field)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
  });

  it.each([
    "",
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-01-`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01 `,
    ` 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n`,
    `ff-${TRACE}-${SPAN}-01`,
    `0-${TRACE}-${SPAN}-01`,
    `.0-${TRACE}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01.more`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE}0-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    undefined,
    null,
    7,
    [`00-${TRACE}-${SPAN}-01`],
    {},
  ])("is none: %j", (field) => {
    expect(readTraceparent(field)).toBeUndefined();
  });

  it("is written from what was read alone", () => {
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.tuple(hex(2), hex(32), hex(16), hex(2), fc.string()).map(([a, b, c, d, e]) => `${a}-${b}-${c}-${d}${e}`),
    );
    fc.assert(
      fc.property(text, (field) => {
        const read = readTraceparent(field);
        if (read === undefined) return;
        const written = writeTraceparent(read);
        expect(written).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
        expect(readTraceparent(written)).toEqual(read);
      }),
    );
  });
});

describe("where a call comes from", () => {
  const carried = `00-${TRACE}-${SPAN}-01`;
  const named = `00-${TRACE}-${SPAN.replace("b", "a")}-01`;
  it("is what _meta names, and the header a link", () => {
    const origin = readTraceOrigin(carried, named);
    expect(origin).toEqual({ parent: readTraceparent(named), link: readTraceparent(carried) });
  });
  it("is the header where _meta names nothing, or nothing good", () => {
    for (const meta of [undefined, "00-bad", { traceparent: named }])
      expect(readTraceOrigin(carried, meta)).toEqual({ parent: readTraceparent(carried) });
  });
  it("is nothing where neither is good", () => {
    expect(readTraceOrigin("x", "y")).toBeUndefined();
  });
});
