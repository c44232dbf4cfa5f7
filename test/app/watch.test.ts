// The look at the files goes on whatever it meets.
import { statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createWatch } from "../../src/watch.ts";
import { writeContracts } from "../support/contracts-folder.ts";

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

it("sees another text of the same size under the same date", async () => {
  const file = join(writeContracts({ "a.ts": "one" }), "a.ts");
  let changes = 0;
  const watch = createWatch({ files: () => [file], onChange: async () => void (changes += 1), everyMs: 10 });
  await expect.poll(() => changes, { timeout: 10_000 }).toBe(1);
  const { atime, mtime } = statSync(file);
  utimesSync(file, atime, mtime);
  await expect.poll(() => changes, { timeout: 10_000 }).toBe(2); // from here on, its date is one that can be set
  writeFileSync(file, "two");
  utimesSync(file, atime, mtime);
  await expect.poll(() => changes, { timeout: 10_000 }).toBe(3);
  watch.close();
});
