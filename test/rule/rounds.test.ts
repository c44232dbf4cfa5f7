// A call over MCP that goes on in several rounds, because the server asks the agent for something first: it claims once, and
// what an agent hands back takes nothing for free.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Talk } from "../support/hostile-mcp-server.ts";
import { textResult } from "../support/mcp-script.ts";
import {
  type Agent,
  type Bookings,
  type Round,
  asking,
  begin as beginWith,
  openAgent,
  startBookings,
} from "./bookings.ts";
import type { Gate } from "./gate.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";

let bookings: Bookings;
let gate: Gate;
let sidecar: Sidecar;
beforeAll(async () => {
  bookings = await startBookings();
  gate = bookings.gate;
  sidecar = await startSidecar({ ...bookings.folder, callers: 20 });
});
afterAll(async () => {
  await sidecar.stop();
  await bookings.stop();
});

let agent: Agent;
beforeEach(() => {
  agent = openAgent(sidecar);
  bookings.forget();
});

const begin = (name: string, given: object): Promise<string> => beginWith(agent, name, given);

const codes = async (...rounds: readonly Promise<Round>[]): Promise<readonly string[]> =>
  (await Promise.all(rounds)).map(({ code }) => code);

describe("a call in two rounds", () => {
  it("is counted once", async () => {
    const given = { order: "a", amount: 60 };
    const state = await begin("book_sum", given);
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "ok" });
    expect(await codes(agent.call("book_sum", { order: "b", amount: 41 }))).toEqual(["limit_reached"]);
    expect(await agent.call("book_sum", { order: "b", amount: 40 })).toMatchObject({ code: "ok" });
  });

  it("counts while its question is open", async () => {
    await begin("book_sum", { order: "a", amount: 60 });
    expect(await agent.call("book_sum", { order: "b", amount: 41 })).toMatchObject({ code: "limit_reached" });
  });

  it("is counted again when it is replayed after its end", async () => {
    const given = { order: "a", amount: 60 };
    const state = await begin("book_sum", given);
    await agent.call("book_sum", given, state);
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "limit_reached" });
    expect(bookings.calls()).toBe(2);
  });

  it("uses one approval, and a replay asks anew", async () => {
    const given = { order: "c", amount: 1 };
    expect(await agent.call("book_asked", given)).toMatchObject({ code: "approval_required" });
    await approveAll();
    const state = await begin("book_asked", given);
    expect(await agent.call("book_asked", given, state)).toMatchObject({ code: "ok" });
    expect(await agent.call("book_asked", given, state)).toMatchObject({ code: "approval_required" });
    expect(await agent.call("book_asked", given)).toMatchObject({ code: "approval_required" });
  });

  it("takes place once, and its replay gets the recorded result", async () => {
    const given = { order: "d", amount: 1 };
    const { state, call } = await agent.call("book_once", given);
    expect(await agent.call("book_once", given)).toMatchObject({ code: "busy" });
    const done = await agent.call("book_once", given, state);
    expect(done).toMatchObject({ code: "ok", text: expect.stringContaining("booked") });
    for (const again of [await agent.call("book_once", given, state), await agent.call("book_once", given)])
      expect(again).toMatchObject({
        code: "ok",
        text: expect.stringContaining(`"checkrein/repeats":"${String(call)}"`),
      });
    expect(bookings.calls()).toBe(2);
  });

  it("goes on after minutes, and nobody else has its key meanwhile", async () => {
    const given = { order: "e", amount: 1 };
    const state = await begin("book_once", given);
    sidecar.clock.pass(300_000);
    expect(await agent.call("book_once", given)).toMatchObject({ code: "outcome_unknown" });
    expect(await agent.call("book_once", given, state)).toMatchObject({ code: "ok" });
  });

  it("goes on after a round that did not reach the server", async () => {
    const given = { order: "f", amount: 60 };
    const state = await begin("book_sum", given);
    bookings.answers((talk) => void talk.socket.destroy());
    const torn = await agent.call("book_sum", given, state);
    expect(torn.code).toMatch(/^upstream_/);
    const again = await agent.call("book_sum", given, state);
    expect(["ok", "limit_reached"]).toContain(again.code);
  });

  it("begins anew after a round that was not sent", async () => {
    const given = { order: "k", amount: 60 };
    const state = await begin("book_sum", given);
    await gate.shut();
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "upstream_unavailable" });
    await gate.open();
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "invalid_request" });
    const again = await begin("book_sum", { ...given, amount: 100 });
    expect(await agent.call("book_sum", { ...given, amount: 100 }, again)).toMatchObject({ code: "ok" });
  });

  it("is made by one of many who hand back the same state at once", async () => {
    const given = { order: "l", amount: 60 };
    for (const name of ["book_sum", "book_once"]) {
      const state = await begin(name, given);
      bookings.forget();
      bookings.answers((talk) => void setTimeout(() => talk.result(asking), 150));
      const seen = await codes(...Array.from({ length: 5 }, () => agent.call(name, given, state)));
      expect(seen.toSorted()).toEqual(["busy", "busy", "busy", "busy", "ok"]);
      expect(bookings.calls()).toBe(1);
      expect(await codes(agent.call(name, given, state))).toEqual(["ok"]);
    }
  });

  it("is refused with another's state, and claims nothing", async () => {
    const state = await begin("book_sum", { order: "g", amount: 1 });
    expect(await agent.call("book_sum", { order: "g", amount: 2 }, state)).toMatchObject({ code: "invalid_request" });
    const other = openAgent(sidecar);
    expect(await other.call("book_sum", { order: "g", amount: 1 }, state)).toMatchObject({ code: "invalid_request" });
  });

  it("goes on where its tool is stopped meanwhile, and is no attempt when a round is refused", async () => {
    const given = { order: "n", amount: 1 };
    const state = await begin("book_once", given);
    for (let index = 0; index < 5; index += 1) await agent.call("book_once", {});
    expect(await agent.call("book_once", { ...given, order: "o" })).toMatchObject({ code: "stopped" });
    const error = { code: -32_602, message: "No." };
    bookings.answers(({ answer, message }) => answer(200, { jsonrpc: "2.0", id: message.id, error }));
    const refused = await agent.call("book_once", given, state);
    expect(refused).toMatchObject({ code: "backend_error", text: expect.stringContaining('"used":5') });
    const other = { ...given, order: "p" };
    expect(await agent.call("book_once", other, state)).toMatchObject({ code: "stopped" });
    agent = openAgent(sidecar);
    const again = await begin("book_once", given);
    for (let index = 0; index < 5; index += 1) await agent.call("book_once", {});
    expect(await agent.call("book_once", given, again)).toMatchObject({ code: "ok" });
    expect(await agent.call("book_once", other)).toMatchObject({ code: "ok" });
  });

  it("that fails as the tool says gives back what it claimed", async () => {
    const given = { order: "h", amount: 1 };
    const state = await begin("book_once", given);
    bookings.answers((talk) => talk.result({ ...textResult("no"), isError: true }));
    expect(await agent.call("book_once", given, state)).toMatchObject({ code: "ok" });
    expect(await agent.call("book_once", { ...given, amount: 2 })).toMatchObject({
      code: "ok",
      state: expect.any(String),
    });
  });
});

describe("a lookup at an MCP server", () => {
  const given = { order: "m", amount: 1 };
  const failing = (talk: Talk): void => talk.result({ ...textResult("no"), isError: true });

  it("holds when the tool succeeds", async () => {
    bookings.answers((talk) => talk.result(textResult("seen")));
    expect(await agent.call("book_seen", given)).toMatchObject({ code: "ok" });
    expect(bookings.calls()).toBe(2);
  });

  it.each([
    ["fails as it says itself", failing],
    ["asks for something first", (talk: Talk) => talk.result(asking)],
  ])("refuses the call when the tool %s", async (_how, answer) => {
    bookings.answers(answer);
    expect(await agent.call("book_seen", given)).toMatchObject({ code: "backend_error" });
    expect(bookings.calls()).toBe(1);
  });
});

const approveAll = async (): Promise<void> => {
  const { body } = await sidecar.admin("GET", "/approvals");
  const list = Array.isArray(body["approvals"]) ? body["approvals"] : [];
  for (const { id, state } of list)
    if (state === "pending") await sidecar.admin("POST", `/approvals/${id}/approve`, { by: "ann" });
};
