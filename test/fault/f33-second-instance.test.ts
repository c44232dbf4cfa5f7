// F33: a second sidecar on the same port, journal, state or folder. It does not start, says why, and the first one goes on.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import type { Stage } from "./stage.ts";
import { type Started, tryStart } from "./start.ts";

const stateIn = (folder: string): string => `sqlite:${join(folder, "state.sqlite")}`;
const stage = onStage(() => ({ settings: (folder) => ({ state: stateIn(folder) }) }));
const result = [200, "", "yes"] as const;

const second: readonly (readonly [string, (first: Stage) => Readonly<Record<string, string>>, string])[] = [
  ["data port", ({ port }) => ({ port: String(port), journal: "none" }), "is taken, perhaps by another checkrein"],
  [
    "admin port",
    ({ adminUrl }) => ({ "admin-port": new URL(adminUrl).port, journal: "none" }),
    "is taken, perhaps by another checkrein",
  ],
  ["journal", ({ folder }) => ({ journal: `lines:${join(folder, "journal.jsonl")}` }), "is in use by another process"],
  ["state file", ({ folder }) => ({ journal: "none", state: stateIn(folder) }), "is in use by another process"],
];

describe("F33 a second sidecar", () => {
  it("on what the first one has does not start and says why; the first one does not notice", async () => {
    let tried: readonly Started[] = [];
    await expectThrough(stage(), {
      begin: async () => {
        const folders = { state: "memory", "state-directory": join(stage().folder, "second") };
        tried = await Promise.all(second.map(([, settings]) => tryStart({ ...folders, ...settings(stage()) })));
      },
      read: result,
      write: result,
      sent: 1,
    });
    const told = tried.map(({ code, output }, index) => [second[index]?.[0], code, output]);
    expect(told).toEqual(second.map(([what, , sentence]) => [what, 1, expect.stringContaining(sentence)]));
  });
});
