// Letters between sidecars: sealed with their key, and of a bounded size.
import { describe, expect, it } from "vitest";
import { type Letter, MOST_LETTER_BYTES, createLetterSeal } from "../../src/run/letter.ts";
import { createSharedSessions } from "../../src/run/shared-sessions.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { createLetterBox } from "../support/letter-box.ts";

const seal = createLetterSeal(Buffer.from("the signing key of these tests, 32 bytes"));
const answer: Letter = {
  kind: "answer",
  session: "s",
  question: "q",
  reply: { kind: "result", result: { action: "accept", content: { pin: "canary-1234 é" } } },
};

describe("a letter", () => {
  it("is opened as it was sealed, and stands nowhere in the clear", () => {
    const sealed = seal.seal(answer) ?? "";
    expect(seal.open(sealed)).toEqual(answer);
    expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("canary");
    expect(seal.seal(answer)).not.toBe(sealed);
  });

  it("of another key, or with any bit changed, is none", () => {
    const bytes = Buffer.from(seal.seal(answer) ?? "", "base64");
    const other = createLetterSeal(Buffer.from("another key, which is as long as it must be"));
    expect(other.open(bytes.toString("base64"))).toBeUndefined();
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(seal.open(changed.toString("base64"))).toBeUndefined();
    }
    for (const text of ["", "words", bytes.subarray(0, 27).toString("base64"), "{}"])
      expect(seal.open(text)).toBeUndefined();
  });

  it("has an end", () => {
    const say = (message: string): Letter => ({ kind: "say", session: "s", message });
    const rest = JSON.stringify(say("")).length;
    expect(seal.open(seal.seal(say("x".repeat(MOST_LETTER_BYTES - rest))) ?? "")).toBeDefined();
    expect(seal.seal(say("x".repeat(MOST_LETTER_BYTES - rest + 1)))).toBeUndefined();
  });
});

describe("letters that nobody waits for", () => {
  it("are bounded each second, so that they push none out that somebody does", () => {
    const posted: string[] = [];
    let now = 1_000_000;
    const shared = createSharedSessions({
      key: Buffer.from("the signing key of these tests, 32 bytes"),
      store: createMemoryStore({ now: () => now }),
      letters: { ...createLetterBox(), post: async (text) => void posted.push(text) },
      now: () => now,
    });
    const flood = (): void => {
      for (let request = 0; request < 1000; request += 1) shared.post({ kind: "cancel", session: "s", request });
    };
    flood();
    expect(posted).toHaveLength(200);
    shared.post(answer as Extract<Letter, { kind: "answer" }>);
    expect(posted).toHaveLength(201);
    now += 1000;
    flood();
    expect(posted).toHaveLength(401);
  });
});
