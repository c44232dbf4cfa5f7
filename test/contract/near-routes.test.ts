// "Did you mean" for paths: a slip in a segment and a forgotten mount are told, another path is not guessed.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Catalog } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { createJudge } from "../support/judge.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";

let running: RunningApp;
let catalog: Catalog;
beforeAll(async () => {
  const environment = { SHOP_URL: "http://127.0.0.1:9", SHOP_TOKEN: "t" };
  running = await startRunningApp({ contracts: "contracts/shop", environment });
  const loaded = await loadContracts("contracts/shop");
  if (!loaded.ok) throw new Error("the shop does not load");
  ({ catalog } = loaded);
});
afterAll(() => running.stop());

describe("a path that no tool has", () => {
  it.each([
    ["/shop/order/ord_100005", ["GET /shop/orders/{orderId}"]],
    ["/shop/Orders", ["GET /shop/orders"]],
    ["/shop/orders/", ["GET /shop/orders"]],
    ["/orders/ord_100005/refunds", ["POST /shop/orders/{orderId}/refunds"]],
    ["/shop/orders/ord_100005/refund", ["POST /shop/orders/{orderId}/refunds"]],
    ["/shop/admin/export", []],
    ["/shop/orders/ord_100005/refunds/1/2", []],
    ["/", []],
  ])("%s names %j", async (target, paths) => {
    const answer = await running.send({ method: "GET", target, headers: [], body: undefined });
    const { code, next = [], detail } = JSON.parse(answer.text);
    expect(code).toBe("not_found");
    const named = next.map(({ why }: { why: string }) => why.replace("has the path ", ""));
    expect(named).toEqual(paths);
    for (const path of paths) expect(detail).toContain(path);
  });

  it("does not name what the run may not use", () => {
    expect(catalog.nearestRoutes({ method: "GET", segments: ["shop", "order", "x"] }, () => false)).toEqual([]);
  });
});

describe("a tool that there is not", () => {
  it.each([
    ["getOrder", ["get_order"]],
    ["get_orders", ["get_order"]],
    ["create_refnd", ["create_refund"]],
    ["export_everything", []],
  ])("%s names %j", async (tool, names) => {
    const judge = createJudge(catalog);
    const refusal = await judge.refusalOf(tool, {});
    expect(refusal?.code).toBe("unknown_tool");
    expect(refusal?.next.map((next) => next.tool)).toEqual(names);
    await judge.close();
  });
});
