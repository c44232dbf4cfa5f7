// Letters between sidecars: sealed with their key, of a bounded size and a bounded number, and each is read once.
import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Letter, MOST_LETTER_BYTES, type SessionLetter, createLetterSeal } from "../../src/run/letter.ts";
import { MOST_APART_MS } from "../../src/run/read-before.ts";
import { createSharedSessions } from "../../src/run/shared-sessions.ts";
import { MOST_COLLECTED } from "../../src/state/letter-box.ts";
import { StoreError } from "../../src/state/store.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { createLetterBox } from "../support/letter-box.ts";

const KEY = Buffer.from("the signing key of these tests, 32 bytes");
const START = 1_785_240_000_000;
const answer: SessionLetter & { readonly kind: "answer" } = {
  kind: "answer",
  session: "s",
  question: "q",
  reply: { kind: "result", result: { action: "accept", content: { pin: "canary-1234 é" } } },
};
const say = (message: string): SessionLetter => ({ kind: "say", session: "s", message });

/** Sealed with the key as a sidecar of another version may do. */
const sealAs = (content: unknown): string => {
  const own = Buffer.from(hkdfSync("sha256", KEY, "", "checkrein letters", 32));
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", own, nonce);
  const text = [cipher.update(JSON.stringify(content)), cipher.final()];
  return Buffer.concat([nonce, ...text, cipher.getAuthTag()]).toString("base64");
};

const setUp = (key: Uint8Array = KEY) => {
  const clock = { now: START };
  const sealing = (): ReturnType<typeof createLetterSeal> => createLetterSeal(key, () => clock.now);
  const [sender, reader] = [sealing(), sealing()];
  return { clock, sealing, reader, write: (letter: Letter): string => sender.seal(letter) ?? expect.fail() };
};

describe("a letter", () => {
  it("is opened as it was sealed, and stands nowhere in the clear", () => {
    const { reader, write } = setUp();
    const sealed = write(answer);
    expect(reader.open(sealed)).toEqual(answer);
    expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("canary");
    expect(write(answer)).not.toBe(sealed);
  });

  it("of another key, or with any bit changed, is none", () => {
    const { reader, write } = setUp();
    const foreign = { kind: "foreign" };
    const bytes = Buffer.from(write(answer), "base64");
    const other = setUp(Buffer.from("another key, which is as long as it must be")).reader;
    expect(other.open(bytes.toString("base64"))).toEqual(foreign);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(reader.open(changed.toString("base64"))).toEqual(foreign);
    }
    for (const text of ["", "words", bytes.subarray(0, 27).toString("base64"), "{}"])
      expect(reader.open(text)).toEqual(foreign);
  });

  it("has an end", () => {
    const { sealing, reader, write } = setUp();
    const rest = JSON.stringify(say("")).length;
    const largest = say("x".repeat(MOST_LETTER_BYTES - rest));
    expect(reader.open(write(largest))).toEqual(largest);
    expect(sealing().seal(say("x".repeat(MOST_LETTER_BYTES - rest + 1)))).toBeUndefined();
  });

  it("of a sidecar of another version, with what this one does not know, is not read", () => {
    const { reader } = setUp();
    const numbered = { sender: "s", number: 1, at: START };
    for (const content of [
      say("older"),
      { ...numbered, letter: null },
      { ...numbered, letter: "say" },
      { ...numbered, letter: { kind: "sing", session: "s" } },
      { letter: say("") },
      null,
      1,
    ])
      expect(reader.open(sealAs(content))).toEqual({ kind: "strange" });
    expect(reader.open(sealAs({ ...numbered, letter: say("") }))).toEqual(say(""));
  });

  it("is read once by each who reads, however often somebody puts it back", () => {
    const { clock, sealing, reader, write } = setUp();
    const [other, sealed] = [sealing(), [1, 2, 3].map((number) => write(say(String(number))))];
    const orders = [
      [reader, sealed],
      [other, [0, 2, 1].map((at) => sealed[at] ?? "")],
    ] as const;
    for (const [one, texts] of orders) expect(texts.map((text) => one.open(text).kind)).toEqual(["say", "say", "say"]);
    for (const text of sealed) expect(reader.open(text)).toEqual({ kind: "repeated" });
    for (let number = 0; number < 5000; number += 1) expect(reader.open(write(say("")))).toEqual(say(""));
    for (const text of sealed) expect(reader.open(text)).toEqual({ kind: "repeated" });
    clock.now += MOST_APART_MS + 1;
    for (const text of sealed) expect(reader.open(text)).toEqual({ kind: "stale" });
  });

  it("from before a reader has heard its sender is not for that reader", () => {
    const { sealing, write } = setUp();
    const [before, first, next] = ["before", "first", "next"].map((text) => write(say(text)));
    const late = sealing();
    expect(late.open(first ?? "")).toEqual(say("first"));
    expect(late.open(before ?? "")).toEqual({ kind: "repeated" });
    expect(late.open(next ?? "")).toEqual(say("next"));
  });

  it("of a sender that was silent for long, or whose clock is a little off, is read; one of another time is not", () => {
    const { clock, reader, write } = setUp();
    const old = write(say("old"));
    expect(reader.open(old)).toEqual(say("old"));
    for (const later of [3 * MOST_APART_MS, 10 * MOST_APART_MS]) {
      clock.now = START + later;
      expect(reader.open(write(say("new")))).toEqual(say("new"));
      expect(reader.open(old)).toEqual({ kind: "stale" });
    }
    const ahead = write(say("ahead"));
    clock.now -= MOST_APART_MS + 1;
    expect(reader.open(ahead)).toEqual({ kind: "stale" });
    clock.now += 1;
    expect(reader.open(ahead)).toEqual(say("ahead"));
  });
});

const sharing = () => {
  const clock = { now: START };
  const box = createLetterBox();
  const posted: string[] = [];
  const letters = { ...box, post: (text: string) => (posted.push(text), box.post(text)) };
  const shared = createSharedSessions({
    key: KEY,
    store: createMemoryStore({ now: () => clock.now }),
    letters,
    now: () => clock.now,
  });
  return { clock, posted, letters, shared };
};

describe("letters of one sidecar", () => {
  it.each<SessionLetter>([answer, { kind: "cancel", session: "s", request: 1 }, say("")])(
    "are bounded each second, and whoever is over it hears that: $kind",
    async (letter) => {
      const { clock, posted, shared } = sharing();
      const flood = async (): Promise<number> => {
        const sent = await Promise.all(Array.from({ length: 1000 }, () => shared.post(letter, "ann")));
        const codes = new Set(sent.map((one) => (one.ok ? "" : one.refusal.code)));
        expect([...codes]).toEqual(["", "overloaded"]);
        return sent.filter(({ ok }) => ok).length;
      };
      expect(await flood()).toBe(100);
      expect(posted).toHaveLength(100);
      expect((await shared.post(letter, "ben")).ok).toBe(true); // one caller leaves room for another
      clock.now += 1000;
      expect(await flood()).toBe(100);
    },
  );

  it("are bounded by their bytes, too: one that is large takes the room of many", async () => {
    const { clock, posted, shared } = sharing();
    const large = { ...answer, reply: { kind: "result" as const, result: { text: "x".repeat(60_000) } } };
    const flood = async (caller: string): Promise<number> => {
      const sent = await Promise.all(Array.from({ length: 100 }, () => shared.post(large, caller)));
      return sent.filter(({ ok }) => ok).length;
    };
    expect(await flood("ann")).toBe(7);
    expect(await flood("ben")).toBe(3);
    expect(posted.join("").length).toBeLessThan(1_000_000);
    expect((await shared.post(answer, "cay")).ok).toBe(true);
    clock.now += 1000;
    expect(await flood("ann")).toBe(7);
  });

  it("of sessions that end are bounded alike: one that cannot be told of goes on", async () => {
    const { posted, shared } = sharing();
    const ends = await Promise.all(
      Array.from({ length: 500 }, async (_, index) => {
        const session = { id: `s${index}`, caller: "ann", run: "r", revision: "", capabilities: {} };
        const opened = { ...session, begunAt: START, expiresAt: START + 1000 };
        return [(await shared.end(opened)).ok, await shared.hasEnded(opened)] as const;
      }),
    );
    expect(ends.map(([, hasEnded]) => hasEnded)).toEqual(ends.map(([isTaken]) => isTaken));
    expect(posted).toHaveLength(ends.filter(([isTaken]) => isTaken).length);
    expect(posted).toHaveLength(200);
  });

  it("that are too large, or find no store, are refused; of an answer the one who asked hears it", async () => {
    const { letters, posted, shared } = sharing();
    expect(await shared.post(say("x".repeat(MOST_LETTER_BYTES)), "ann")).toMatchObject({
      refusal: { code: "too_large" },
    });
    const large = { ...answer, reply: { kind: "result" as const, result: { text: "x".repeat(MOST_LETTER_BYTES) } } };
    expect((await shared.post(large, "ann")).ok).toBe(true);
    const { reader } = setUp();
    expect(reader.open(posted[0] ?? "")).toMatchObject({ kind: "answer", reply: { kind: "error" } });
    letters.post = () => Promise.reject(new StoreError("down"));
    expect(await shared.post(answer, "ann")).toMatchObject({ refusal: { code: "state_unavailable" } });
  });

  it("are all read in one look, however many looks of the store it takes", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const { letters, shared } = sharing();
    const { collect } = letters;
    letters.collect = async (after) => {
      const { texts } = await collect(after);
      const some = texts.slice(0, MOST_COLLECTED);
      return after === undefined ? collect(after) : { last: after + some.length, texts: some };
    };
    const taken: SessionLetter[] = [];
    shared.listen((letter) => taken.push(letter));
    await vi.advanceTimersByTimeAsync(0);
    const { write } = setUp();
    for (let count = 0; count <= 2 * MOST_COLLECTED; count += 1) await letters.post(write(say(`${count}`)));
    await vi.advanceTimersByTimeAsync(200);
    await setTimeout(20);
    expect(taken).toHaveLength(2 * MOST_COLLECTED + 1);
    shared.close();
  });

  it("are taken also where one of another version, or one that nobody here can take, is among them", async () => {
    const { letters, shared } = sharing();
    const taken: SessionLetter[] = [];
    shared.listen((letter) => {
      if (letter.kind === "cancel") throw new Error("cannot be taken");
      taken.push(letter);
    });
    const { write } = setUp();
    await setTimeout(20);
    const texts = [sealAs(say("older")), write({ kind: "cancel", session: "s", request: 1 }), write(answer)];
    await Promise.all(texts.map(letters.post));
    await expect.poll(() => taken).toEqual([answer]);
    expect(shared.trouble()).toBeUndefined();
    shared.close();
  });

  it("are taken once when somebody puts them back, and old ones are told of", async () => {
    const { clock, letters, posted, shared } = sharing();
    const taken: SessionLetter[] = [];
    shared.listen((letter) => taken.push(letter));
    await shared.post(answer, "ann");
    await expect.poll(() => taken).toEqual([answer]);
    const old = posted.at(-1) ?? expect.fail();
    await letters.post(old);
    await shared.post(say("last"), "ann");
    await expect.poll(() => taken).toEqual([answer, say("last")]);
    expect(shared.trouble()).toBeUndefined();
    clock.now += MOST_APART_MS + 1;
    await letters.post(old);
    await expect.poll(() => shared.trouble()).toContain("five minutes");
    expect(taken).toHaveLength(2);
    shared.close();
  });

  it("that were of another time are told of no more a minute after the clock was mended", async () => {
    const { clock, letters, shared } = sharing();
    shared.listen(() => undefined);
    clock.now += 12 * MOST_APART_MS;
    await letters.post(setUp().write(say("")));
    await expect.poll(() => shared.trouble()).toContain("five minutes");
    clock.now = START;
    const passed = performance.now() + 61_000;
    vi.spyOn(performance, "now").mockReturnValue(passed);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(shared.trouble()).toBeUndefined();
    shared.close();
  });
});
