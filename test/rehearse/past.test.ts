// The past of an example is played in its order: the same call made twice gives what it gave each time.
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import type { Catalog, Example } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { runExamples } from "../../src/rehearse/examples.ts";

let catalog: Catalog;
beforeAll(async () => {
  const loaded = await loadContracts(join(import.meta.dirname, "../../examples/rules"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  ({ catalog } = loaded);
});

const got = async (example: Example): Promise<string | undefined> => {
  const contracts = catalog.contracts
    .filter(({ tool }) => tool === "refund_seen_order")
    .map((contract) => ({ ...contract, examples: [example] }));
  return (await runExamples({ ...catalog, contracts }))[0]?.got;
};

const seen = (refunded: number) => ({
  tool: "get_order",
  arguments: { orderId: "ord_1" },
  result: { id: "ord_1", status: "paid", total: 5_000, refunded },
});
const refund = { orderId: "ord_1", amount: 1_000, reason: "late" };

it("the latest of two looks at the same order counts", async () => {
  expect(await got({ name: "more", past: [seen(4_000), seen(5_000)], arguments: refund })).toMatch(
    /check_failed at \/amount/,
  );
  expect(await got({ name: "less", past: [seen(5_000), seen(4_000)], arguments: refund })).toBe("passed");
});
