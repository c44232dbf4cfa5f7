// Observed tools of an MCP server. A call that goes on in several rounds is judged in each, and sent in each all the same.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { membersOf } from "../support/json.ts";
import { textResult } from "../support/mcp-script.ts";
import { type Agent, type Bookings, begin as beginWith, openAgent, startBookings } from "./bookings.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";

let bookings: Bookings;
let observed: Sidecar;
beforeAll(async () => {
  bookings = await startBookings();
  observed = await startSidecar({ ...bookings.folder, callers: 20, flags: ["--observe", "all"] });
});
afterAll(async () => {
  await observed.stop();
  await bookings.stop();
});

let agent: Agent;
beforeEach(() => {
  agent = openAgent(observed);
  bookings.forget();
});

const begin = (name: string, given: object): Promise<string> => beginWith(agent, name, given);

const counts = async (tool: string): Promise<unknown> => {
  const { counts: all } = (await observed.admin("GET", "/observe")).body;
  return Array.isArray(all) ? all.filter((one) => membersOf(one)["tool"] === tool) : all;
};

describe("a call of an observed tool in two rounds", () => {
  it("counts once, as any", async () => {
    const given = { order: "a", amount: 60 };
    const state = await begin("book_sum", given);
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "ok", state: undefined });
    expect(await counts("book_sum")).toEqual([]);
  });

  it("goes on where it was refused and sent all the same, in each of them", async () => {
    await agent.call("book_sum", { order: "a", amount: 60 });
    const given = { order: "b", amount: 60 };
    const state = await begin("book_sum", given);
    expect(await agent.call("book_sum", given, state)).toMatchObject({
      code: "ok",
      text: expect.stringContaining("booked"),
    });
    expect(bookings.calls()).toBe(3);
    expect(await counts("book_sum")).toEqual([{ tool: "book_sum", code: "limit_reached", calls: 2 }]);
  });

  it("asks nobody, and needs the state that it was given", async () => {
    const given = { order: "c", amount: 1 };
    const state = await begin("book_asked", given);
    expect(await agent.call("book_asked", { ...given, amount: 2 }, state)).toMatchObject({ code: "invalid_request" });
    expect(await agent.call("book_asked", given, state)).toMatchObject({ code: "ok" });
    expect((await observed.admin("GET", "/approvals")).body).toEqual({ approvals: [] });
  });
});

describe("an observed tool of an MCP server", () => {
  it("gets what its contract narrows, with its pins, and nothing that it does not take itself", async () => {
    const sent: unknown[] = [];
    bookings.answers((talk) => {
      sent.push(membersOf(talk.message.params)["arguments"]);
      talk.result(textResult("booked"));
    });
    expect(await agent.call("book_short", { order: "long" })).toMatchObject({ code: "ok" });
    for (const given of [{ order: 5 }, {}, { order: "long", amount: 2 }, { order: "long", more: 1 }])
      expect(await agent.call("book_short", given)).toMatchObject({ code: "invalid_arguments" });
    expect(sent).toEqual([{ order: "long", amount: 1 }]);
    expect(bookings.calls()).toBe(1);
  });
});
