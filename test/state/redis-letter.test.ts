// Letters between those that share a store: each reader gets each letter once, in order, for a while, in a bounded number.
import { describe, expect, it, onTestFinished } from "vitest";
import { createRedisStore } from "../../src/state/redis.ts";
import { LETTER_MS, MOST_LETTERS } from "../../src/state/redis/letter.ts";
import { type LetterBox, MOST_COLLECTED } from "../../src/state/letter-box.ts";
import { HOUR } from "../support/claims.ts";
import { eachStore } from "../support/each-store.ts";
import { isRedisExpected, startRedis } from "../support/redis-server.ts";
import { redis } from "../support/stores.ts";

describe.runIf(isRedisExpected)("letters", () =>
  eachStore(
    (bench) => {
      const box = (): LetterBox => bench.store.letters ?? expect.fail("no letters");
      const post = async (...letters: readonly string[]): Promise<void> => {
        for (const letter of letters) await box().post(letter);
      };

      it("are collected in order, by each who looks, once", async () => {
        const { last } = await box().collect(undefined);
        await post("a", "b", "a", "é ✓ 1:2\n");
        const found = await box().collect(last);
        expect(found.texts).toEqual(["a", "b", "a", "é ✓ 1:2\n"]);
        expect(await box().collect(last)).toEqual(found);
        expect(await box().collect(found.last)).toEqual({ last: found.last, texts: [] });
        await post("c");
        expect((await box().collect(found.last)).texts).toEqual(["c"]);
      });

      it("that were there before are none of a newcomer's", async () => {
        await post("a");
        const { last, texts } = await box().collect(undefined);
        expect(texts).toEqual([]);
        await post("b");
        expect((await box().collect(last)).texts).toEqual(["b"]);
      });

      it("are gone after a while, and later ones are found by whoever looked before", async () => {
        const { last } = await box().collect(undefined);
        await post("a");
        bench.step(LETTER_MS - 1);
        expect((await box().collect(last)).texts).toEqual(["a"]);
        bench.step(1);
        expect((await box().collect(last)).texts).toEqual([]);
        bench.step(100 * LETTER_MS);
        await post("b");
        expect((await box().collect(last)).texts).toEqual(["b"]);
      });

      it("are collected a bounded number at a time", async () => {
        const { last } = await box().collect(undefined);
        const letters = Array.from({ length: 2 * MOST_COLLECTED + 1 }, (_, index) => `${index}`);
        await post(...letters);
        const first = await box().collect(last);
        const second = await box().collect(first.last);
        const third = await box().collect(second.last);
        expect([first, second, third].map(({ texts }) => texts.length)).toEqual([MOST_COLLECTED, MOST_COLLECTED, 1]);
        expect([first, second, third].flatMap(({ texts }) => texts)).toEqual(letters);
      });

      it("are at most so many: the oldest go", async () => {
        const begin = await box().collect(undefined);
        for (let from = 0; from < MOST_LETTERS + 5; from += 500)
          await Promise.all(
            Array.from({ length: Math.min(500, MOST_LETTERS + 5 - from) }, (_, index) => box().post(`${from + index}`)),
          );
        const texts: string[] = [];
        for (let found = begin; texts.length === 0 || found.texts.length > 0; texts.push(...found.texts))
          found = await box().collect(found.last);
        expect([texts.length, texts[0], texts.at(-1)]).toEqual([MOST_LETTERS, "5", `${MOST_LETTERS + 4}`]);
      });
    },
    [redis],
  ),
);

describe.runIf(isRedisExpected)("letters of a Redis that was emptied", () => {
  it("are found by whoever looked before, also where its clock went back", async () => {
    const server = await startRedis();
    onTestFinished(server.stop);
    let now = 1_785_240_000_000;
    const store = await createRedisStore({ url: server.url, clock: () => now });
    const box = store.letters ?? expect.fail("no letters");
    await box.post("a");
    const { last } = await box.collect(0);
    await server.ask("DEL", "checkrein:{state}:letters");
    now -= HOUR;
    await box.post("b");
    const found = await box.collect(last);
    expect(found.texts).toEqual(["b"]);
    await box.post("c");
    expect(await box.collect(found.last)).toMatchObject({ texts: ["c"] });
    await store.close();
  });
});
