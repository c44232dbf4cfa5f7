// The look at the files goes on whatever it meets.
import { expect, it } from "vitest";
import { createWatch } from "../../src/watch.ts";

it("goes on after a folder that went while it was listed, and says so meanwhile", async () => {
  let isGone = true;
  let looks = 0;
  let changes = 0;
  const watch = createWatch({
    files: () => {
      looks += 1;
      if (isGone) throw new Error("ENOENT: it went");
      return ["package.json"];
    },
    onChange: async () => void (changes += 1),
    everyMs: 10,
  });
  await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(3);
  expect(watch.trouble()).toBe("ENOENT: it went");
  isGone = false;
  await expect.poll(() => changes, { timeout: 10_000 }).toBe(1);
  expect(watch.trouble()).toBeUndefined();
  watch.close();
});
