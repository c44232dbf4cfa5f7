// Which store is opened by itself: one that forgets only where nothing may come to life again by a restart.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createCatalog } from "../../src/contract/catalog.ts";
import { openStore } from "../../src/open-store.ts";
import type { Store } from "../../src/state/store.ts";

let stateDirectory = "";
beforeEach(() => void (stateDirectory = mkdtempSync(join(tmpdir(), "checkrein-state-"))));
afterEach(() => rmSync(stateDirectory, { recursive: true, force: true }));

const SIGNING_KEY = "a-signing-key-that-outlives-restarts";
const open = (signingKey: string, state = ""): Promise<Store> =>
  openStore({
    settings: { state, stateDirectory, signingKey },
    catalog: createCatalog([], []),
    now: () => 1000,
    onTrouble: () => {},
  });

const endOne = async (store: Store): Promise<void> => {
  const run = { id: "run_1", caller: "bot", parent: undefined, grant: "{}", createdAt: 1, endedBy: undefined };
  await store.saveRun({ ...run, expiresAt: 9000 });
  expect(await store.endRun("run_1", "ann")).toBe(true);
  await store.close();
};

it("a run stays ended after a restart that leaves its token good", async () => {
  await endOne(await open(SIGNING_KEY));
  const store = await open(SIGNING_KEY);
  expect(await store.hasEnded(["run_1"])).toBe(true);
  await store.close();
});

it.each([
  ["tokens end with the process, too", "", ""],
  ["the operator says so", SIGNING_KEY, "memory"],
])("nothing is kept where %s", async (_where, signingKey, state) => {
  await endOne(await open(signingKey, state));
  expect(existsSync(join(stateDirectory, "state.sqlite"))).toBe(false);
});
