// The measure on one small folder of contracts, with real sidecars and a real backend: what is compared is what arrives.
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCountingBackend } from "../../bench/converge/backend.ts";
import { startAjvSidecar } from "../../bench/converge/door/ajv.ts";
import { type Sidecar, startSidecar } from "../../bench/converge/door/checkrein.ts";
import { startOpenApiValidator } from "../../bench/converge/door/openapi.ts";
import type { Fault, Subject } from "../../bench/converge/fault.ts";
import { type Measured, measure } from "../../bench/converge/measure.ts";
import { contractSets } from "../../bench/converge/sets.ts";
import { subjectsOf } from "../../bench/converge/subjects.ts";
import type { Loaded, System } from "../../bench/converge/system.ts";

let loaded: Loaded;
let sidecar: Sidecar;
let systems: readonly System[];
let subjects: readonly Subject[];
beforeAll(async () => {
  const set = contractSets.find(({ name }) => name === "shop");
  if (set === undefined) throw new Error("there is no shop");
  const backend = await startCountingBackend();
  sidecar = await startSidecar(set, backend.url);
  loaded = { set, catalog: sidecar.catalog, backend };
  systems = [sidecar, await startAjvSidecar(loaded), await startOpenApiValidator(loaded)];
  subjects = subjectsOf(set, sidecar.catalog, { seed: 1, made: 0 });
});
afterAll(async () => {
  for (const system of systems) await system.close();
  loaded.backend.close();
});

const measureOne = (system: System, tool: string, change: (subject: Subject) => Partial<Fault>): Promise<Measured> =>
  measure({
    loaded,
    system,
    subjects: subjects.filter(({ call }) => call.tool === tool).slice(0, 1),
    faultsOf: (subject) => [
      { class: "wrong type", kind: "a test", fix: "one", call: subject.call, ...change(subject) },
    ],
  });

const outcomesOf = async (tool: string, change: (subject: Subject) => Partial<Fault>): Promise<readonly unknown[]> => {
  const all: Measured[] = [];
  for (const system of systems) all.push(await measureOne(system, tool, change));
  expect(all.flatMap(({ blocked }) => blocked)).toEqual([]);
  return all.map(({ results }) => results[0]?.outcome);
};

it("leaves out what is no fault", async () => {
  expect(await outcomesOf("cancel_order", () => ({}))).toEqual([undefined, undefined, undefined]);
});

it("sees that a wrong tool name is repaired by the name that is answered", async () => {
  const outcomes = await outcomesOf("cancel_order", ({ call }) => ({
    class: "wrong tool name",
    call: { ...call, tool: "cancel_oder" },
  }));
  expect(outcomes).toEqual(["repaired", "wrongly stopped", undefined]); // REST has no tool names
});

it("sees that a missing call is made up for, and that without rules it is not missed", async () => {
  const outcomes = await outcomesOf("create_refund", () => ({ class: "wrong order", without: 0 }));
  expect(outcomes).toEqual(["repaired", "let through", "let through"]);
});

it("sees what another call than the valid one makes the backend receive", async () => {
  const { results } = await measureOne(sidecar, "cancel_order", ({ call }) => ({
    call: { ...call, arguments: { orderId: "ord_100002", reason: "customer_request" } },
  }));
  expect(results.map(({ outcome }) => outcome)).toEqual(["let through"]);
});

it("holds an answer against what was out of range", async () => {
  const told = { class: "fix_arguments", path: "/amount", keyword: "maximum", value: 50_000 } as const;
  const outcomes = await outcomesOf("create_refund", ({ call }) => ({
    class: "out of range",
    fix: "none",
    told,
    call: { ...call, arguments: { ...Object(call.arguments), amount: 50_001 } },
  }));
  expect(outcomes[0]).toBe("rightly stopped");
});

/** The sidecar, with one fix in every refusal: all arguments become these. */
const offering = (args: unknown): System => ({
  ...sidecar,
  open: async (subject) => {
    const door = await sidecar.open(subject);
    return async (call) => {
      const answer = await door(call);
      return answer && { ...answer, issues: [{ path: "", fix: [{ op: "replace", path: "", value: args }] }] };
    };
  },
});

it("counts a fix that leads back as a repair, and one that leads to another valid call as a wrong one", async () => {
  const valid = { orderId: "ord_100001", reason: "customer_request" };
  const outcomeOf = async (offered: object): Promise<readonly unknown[]> => {
    const { results } = await measureOne(offering(offered), "cancel_order", ({ call }) => ({
      call: { ...call, arguments: { ...valid, reason: "Customer Request" } },
    }));
    return results.map(({ outcome, trace }) => [outcome, trace.calls]);
  };
  expect(await outcomeOf(valid)).toEqual([["repaired", 2]]);
  expect(await outcomeOf({ ...valid, orderId: "ord_100002" })).toEqual([["wrongly repaired", 2]]);
  expect(await outcomeOf({ ...valid, reason: "fraud" })).toEqual([["wrongly stopped", expect.any(Number)]]);
});
