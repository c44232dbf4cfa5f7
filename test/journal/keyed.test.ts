// The keyed digest of the journal is HMAC-SHA256, whatever the key and the text.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createKeyed } from "../../src/journal/text.ts";
import { seed } from "../support/seed.ts";

it("is what Node's own HMAC gives", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: "binary", maxLength: 300 }), (key, text) => {
      expect(createKeyed(key)(text)).toBe(createHmac("sha256", key).update(text).digest("base64url"));
    }),
    { seed },
  );
});
