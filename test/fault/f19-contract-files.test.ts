// F19: contract files that are half written, empty, not good, gone, swapped by a link, or changed a hundred times a second. The
// last good set is served on, the switch is one step, and at a start nothing runs that is not good.
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writeContracts } from "../support/contracts-folder.ts";
import { type ChangingContracts, askAdmin, contractTexts, writeChangingContracts } from "./changing-contracts.ts";
import { type Outcome, expectThrough } from "./invariants.ts";
import { type Stage, startStage } from "./stage.ts";

const WELL: Outcome = [200, "", "yes"];
const OPEN = `import { defineContract, z } from "checkrein"; import { healthy } from "./backends.ts";
export default defineContract({ tool: "get_health", description: "", operation: healthy.get("/nowhere"), input: z.object({}) });`;

let stage: Stage;
let contracts: ChangingContracts;
beforeAll(async () => {
  contracts = writeChangingContracts();
  stage = await startStage({ contracts: contracts.folder, settings: { watch: false } });
});
afterAll(async () => {
  await stage.stop();
  contracts.remove();
});

const expectRefused = async (): Promise<void> => {
  const answer = await askAdmin(stage, "/reload", "POST");
  expect(answer).toMatchObject({ status: 409, code: "contracts_refused" });
  const ready = await askAdmin(stage, "/readyz");
  expect(ready).toMatchObject({ status: 200, ready: true });
  expect(String(ready["trouble"])).toContain("the earlier ones are served");
};
const expectWell = async (): Promise<void> => {
  expect((await askAdmin(stage, "/reload", "POST")).status).toBe(200);
  expect((await askAdmin(stage, "/readyz"))["trouble"]).toEqual([]);
};

describe("F19 contract files", () => {
  it.each<[string, () => void, () => void]>([
    [
      "half written",
      () => contracts.write("get-order.ts", "export { default } fr"),
      () => contracts.restore("get-order.ts"),
    ],
    ["empty", () => contracts.write("get-order.ts", ""), () => contracts.restore("get-order.ts")],
    ["not good", () => contracts.write("get-health.ts", OPEN), () => contracts.restore("get-health.ts")],
    [
      "without the backend that they name",
      () => rmSync(join(contracts.folder, "backends.ts")),
      () => contracts.restore("backends.ts"),
    ],
    [
      "gone with their folder",
      () => renameSync(contracts.folder, `${contracts.folder}.gone`),
      () => renameSync(`${contracts.folder}.gone`, contracts.folder),
    ],
  ])("that are %s change nothing", async (_, breakThem, mendThem) => {
    const { version } = await askAdmin(stage, "/contracts");
    await expectThrough(stage, {
      read: WELL,
      write: WELL,
      sent: 1,
      begin: async () => {
        breakThem();
        await expectRefused();
      },
      end: async () => {
        mendThem();
        await expectWell();
      },
    });
    expect((await askAdmin(stage, "/contracts"))["version"]).toBe(version);
  });

  it("that change a hundred times a second are served one whole version after the other", async () => {
    let changes = 0;
    let asking = 0;
    let timer: NodeJS.Timeout | undefined;
    const results = new Set<unknown>();
    await expectThrough(stage, {
      read: WELL,
      write: WELL,
      sent: 1,
      begin: async () => {
        timer = setInterval(() => {
          contracts.write("get-health.ts", `${contractTexts()["get-health.ts"]}\n// ${(changes += 1) % 7}`);
          if (asking > 3) return; // each of them has a connection of its own, which stays
          asking += 1;
          void askAdmin(stage, "/reload", "POST").then(({ result }) => {
            asking -= 1;
            results.add(result);
          });
        }, 10);
        await expect.poll(() => changes, { timeout: 5000 }).toBeGreaterThan(50);
      },
      end: async () => {
        clearInterval(timer);
        contracts.restore("get-health.ts");
        await expectWell();
      },
    });
    expect(results.size).toBeGreaterThan(0); // whether one of them met files at rest, chance decides
  });
});

describe("F19 a folder that is a link", () => {
  let linked: Stage;
  afterEach(() => linked.stop());

  it("is served as what it leads to, by itself and in one step", async () => {
    const [one, other] = [writeContracts(contractTexts()), writeContracts(contractTexts())];
    rmSync(join(other, "create-refund.ts"));
    const link = join(writeContracts({}), "current");
    symlinkSync(one, link);
    linked = await startStage({ contracts: link });
    const { version } = await askAdmin(linked, "/contracts");
    await expectThrough(linked, {
      read: WELL,
      write: WELL,
      sent: 1,
      begin: async () => {
        symlinkSync(other, `${link}.next`);
        renameSync(`${link}.next`, link);
        await expect
          .poll(async () => (await askAdmin(linked, "/contracts"))["version"], { timeout: 10_000 })
          .not.toBe(version);
      },
    });
    expect(await askAdmin(linked, "/readyz")).toMatchObject({ contracts: 7, trouble: [] });
  });
});

describe("F19 at a start", () => {
  it.each(["", "export default", OPEN])("nothing runs that is not good: %j", async (text) => {
    const bad = writeContracts({ ...contractTexts(), "get-health.ts": text });
    await expect(startStage({ contracts: bad })).rejects.toThrow(/ended with 1 before it was ready[^]*get-health\.ts/);
  });
});
