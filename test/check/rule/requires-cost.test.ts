// Many rules over the same calls ask the store for them once, and read each once.
import { expect, it, vi } from "vitest";
import type { JsonObject } from "../../../src/call.ts";
import type { EvidenceRead } from "../../../src/state/store.ts";
import { contractOf, createWorld, look, past, valueOf } from "./sample.ts";
import { getOrder, order, trace } from "./requires-sample.ts";

it("seven rules over all calls of a tool cost what one does", async () => {
  const world = createWorld();
  for (let index = 0; index < 20; index += 1) await past(world, trace, order(`o${index}`, index));
  const asked: EvidenceRead[] = [];
  const { read } = world.store;
  const store = {
    ...world.store,
    read: (wanted: EvidenceRead) => {
      asked.push(wanted);
      return read(wanted);
    },
  };
  const rules = Array.from({ length: 7 }, (_, index) =>
    getOrder({
      isList: index % 2 === 0,
      same: { kind: "function", of: () => ({ orderId: `o${index}` }) },
      where: ({ result }) => (result as JsonObject)["total"] === index,
    }),
  );
  const latest = [getOrder(), getOrder()];
  const parse = vi.spyOn(JSON, "parse");
  const given = { contract: contractOf([...rules, ...latest]), args: { orderId: "o6" } };
  const context = valueOf(await look({ ...world, store }, given));
  const parsed = parse.mock.calls.length;
  parse.mockRestore();
  expect(context.earlier).toEqual({ get_order: { total: 6 } });
  expect(asked.map(({ keys, fields }) => [keys.length, fields.length])).toEqual([[1, 1]]);
  expect(parsed).toBeLessThanOrEqual(22);
});
