// The ids of agents' sessions: nobody else can write one, nobody else can use one, and each has an end.
import { describe, expect, it } from "vitest";
import {
  MOST_CAPABILITY_BYTES,
  MOST_SESSION_MS,
  type SessionBegin,
  type SessionHolder,
  createSessionTokens,
} from "../../src/run/session-token.ts";
import { mintToken } from "../../src/run/token.ts";

const KEY = Buffer.from("the signing key of these tests, 32 bytes");
const holder: SessionHolder = { scope: undefined, caller: "ann", run: "caller:ann" };
const begin: SessionBegin = {
  holder,
  runExpiresAt: undefined,
  revision: "2025-11-25",
  capabilities: { elicitation: { form: {} } },
};

const setUp = (key: Uint8Array = KEY) => {
  const clock = { now: 1_785_240_000_000 };
  const tokens = createSessionTokens(key, () => clock.now);
  return { clock, tokens, begun: tokens.mint(begin) ?? "" };
};

describe("a session's token", () => {
  it("says all that any sidecar with the key has to know, and no two are alike", () => {
    const { clock, tokens, begun } = setUp();
    const { begunAt, expiresAt, id, ...rest } = setUp().tokens.read(begun, holder) ?? expect.fail();
    const whose = { caller: "ann", run: "caller:ann" };
    expect(rest).toEqual({ ...whose, revision: "2025-11-25", capabilities: { elicitation: { form: {} } } });
    expect([begunAt, expiresAt, id.length]).toEqual([clock.now, clock.now + MOST_SESSION_MS, 16]);
    expect(tokens.read(tokens.mint(begin) ?? "", holder)?.id).not.toBe(id);
  });

  it.each<[string, Partial<SessionHolder>]>([
    ["another caller", { caller: "ben" }],
    ["another run of the caller", { run: "run_1" }],
    ["another endpoint", { scope: "docs" }],
    ["an endpoint of that name", { scope: "" }],
    ["what only reads alike", { caller: 'ann","caller:ann', run: "" }],
  ])("is none for %s", (_whom, other) => {
    const { tokens, begun } = setUp();
    expect(tokens.read(begun, { ...holder, ...other })).toBeUndefined();
    const ofOther = tokens.mint({ ...begin, holder: { ...holder, ...other } }) ?? "";
    expect(tokens.read(ofOther, { ...holder, ...other })).toBeDefined();
    expect(tokens.read(ofOther, holder)).toBeUndefined();
  });

  it("is none with any character changed, left out or added", () => {
    const { tokens, begun } = setUp();
    for (let at = 0; at < begun.length; at += 1) {
      const flipped = begun[at] === "A" ? "B" : "A";
      for (const other of [flipped, "", `${begun[at]}A`, "%", "é"])
        expect(tokens.read(begun.slice(0, at) + other + begun.slice(at + 1), holder)).toBeUndefined();
    }
    for (const other of ["", ".", "..", "x.y", `${begun}.`, `${begun}=`, `.${begun}`, begun.repeat(20)])
      expect(tokens.read(other, holder)).toBeUndefined();
  });

  it("of another key, of a run, or of a question is none", () => {
    const { tokens, clock } = setUp();
    const foreign = setUp(Buffer.from("another key, which is as long as it must be")).begun;
    const run = { id: "r", lineage: ["r"], caller: "ann", claims: {}, grants: [], expiresAt: clock.now + 1000 };
    const question = tokens.mintQuestion("s", 1000);
    for (const other of [foreign, mintToken(run, KEY)?.slice(4) ?? "", question])
      expect(tokens.read(other, holder)).toBeUndefined();
  });

  it("ends with its run, or after a time", () => {
    const { clock, tokens, begun } = setUp();
    const start = clock.now;
    const inRun = tokens.mint({ ...begin, runExpiresAt: start + 60_000 }) ?? "";
    const inLongRun = tokens.mint({ ...begin, runExpiresAt: start + 2 * MOST_SESSION_MS }) ?? "";
    const areThere = (): readonly boolean[] =>
      [begun, inRun, inLongRun].map((token) => tokens.read(token, holder) !== undefined);
    clock.now = start + 59_999;
    expect(areThere()).toEqual([true, true, true]);
    clock.now = start + 60_000;
    expect(areThere()).toEqual([true, false, true]);
    clock.now = start + MOST_SESSION_MS - 1;
    expect(areThere()).toEqual([true, false, true]);
    clock.now = start + MOST_SESSION_MS;
    expect(areThere()).toEqual([false, false, false]);
  });

  it("fits into a header, however much the client can do", () => {
    const { tokens } = setUp();
    const able = (bytes: number): SessionBegin => ({ ...begin, capabilities: { roots: "x".repeat(bytes - 12) } });
    const largest = tokens.mint(able(MOST_CAPABILITY_BYTES)) ?? "";
    expect(tokens.read(largest, holder)).toBeDefined();
    expect(largest.length).toBeLessThan(2000);
    expect(largest).toMatch(/^[\x21-\x7e]+$/);
    expect(tokens.mint(able(MOST_CAPABILITY_BYTES + 1))).toBeUndefined();
  });
});

describe("a question's id", () => {
  it("proves that this session was asked, for so long", () => {
    const { clock, tokens } = setUp();
    const question = tokens.mintQuestion("s", 1000);
    expect(tokens.isQuestion(question, "s")).toBe(true);
    expect(tokens.isQuestion(question, "t")).toBe(false);
    for (const other of ["", "checkrein-1", question.slice(1), `${question}A`])
      expect(tokens.isQuestion(other, "s")).toBe(false);
    expect(tokens.mintQuestion("s", 1000)).not.toBe(question);
    clock.now += 1000;
    expect(tokens.isQuestion(question, "s")).toBe(false);
  });
});
