// A set that is prepared and never served leaves nothing open.
import pino from "pino";
import { expect, it } from "vitest";
import { type CompleteParts, prepareSet } from "../../src/contract-set.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { openInstruments } from "../../src/open-instruments.ts";
import { readSettings } from "../../src/settings.ts";
import type { SharedBackends } from "../../src/shared-backends.ts";
import { backendFile, getOrder, orders, writeContracts } from "../support/contracts-folder.ts";

it("closes its backends when it cannot be completed", async () => {
  const files = { "orders.json": JSON.stringify(orders), "backend.ts": backendFile(), "get-order.ts": getOrder() };
  const loaded = await loadContracts(writeContracts(files));
  const read = readSettings({}, ["--anonymous=true"]);
  if (!loaded.ok || !read.ok) throw new Error("the contracts or the settings are not good");
  const instruments = await openInstruments(pino({ level: "silent" }), {});
  const shared: SharedBackends = new Map();
  const prepared = prepareSet(loaded, {
    ...instruments,
    settings: read.settings,
    environment: { ORDERS_URL: "http://127.0.0.1:9" },
    now: Date.now,
    key: new Uint8Array(32),
    shared,
    issuerKeys: new Map(),
    playback: undefined,
  });
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.problems));
  expect(shared.size).toBe(1);
  const nothing = new Proxy({}, { get: () => throwOnPurpose() }) as CompleteParts; // whatever is asked of it throws
  expect(() => prepared.complete(nothing)).toThrow("on purpose");
  expect(shared.size).toBe(0);
  await instruments.close();
});

const throwOnPurpose = (): never => {
  throw new Error("on purpose");
};
