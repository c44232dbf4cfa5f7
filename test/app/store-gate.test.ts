// Ready where a contract needs the store: once it was there, whichever version asks.
import { expect, it } from "vitest";
import { createStoreGate } from "../../src/open-store.ts";

it("waits for the store as soon as a version needs it", () => {
  let [trouble, isNeeded]: [string | undefined, boolean] = ["redis: not there yet", false];
  const isThere = createStoreGate({ trouble: () => trouble }, () => isNeeded);
  expect(isThere()).toBe(true);
  isNeeded = true;
  expect(isThere()).toBe(false);
  trouble = undefined;
  expect(isThere()).toBe(true);
  trouble = "redis: gone";
  expect(isThere()).toBe(true);
});

it("knows that it was there while none needed it", () => {
  let [trouble, isNeeded]: [string | undefined, boolean] = [undefined, false];
  const isThere = createStoreGate({ trouble: () => trouble }, () => isNeeded);
  expect(isThere()).toBe(true);
  [trouble, isNeeded] = ["redis: gone", true];
  expect(isThere()).toBe(true);
});
