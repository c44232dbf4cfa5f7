// Refused attempts on the admin port: what is stopped or counted, page by page, and what lifts it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoreError } from "../../src/state/store.ts";
import { type AdminOfTest, startAdmin } from "./admin-port.ts";

let admin: AdminOfTest;
beforeEach(async () => void (admin = await startAdmin()));
afterEach(() => admin.stop());

const add = async (run: string, tool: string, count = 1): Promise<void> => {
  for (let index = 0; index < count; index += 1)
    await admin.store.addAttempt({ run, tool, allowed: 5, expiresInMs: 60_000 });
};

describe("GET /attempts", () => {
  it("lists what is stopped or counted, by run", async () => {
    await add("run_1", "get_order", 5);
    await add("run_1", "no_tool");
    await add("caller:support", "get_order", 2);
    admin.pass(500);
    const [order, other] = [{ tool: "get_order" }, { tool: "no_tool" }];
    expect((await admin.get("/attempts")).body).toEqual({
      attempts: [
        {
          run: "run_1",
          tools: [
            { ...other, used: 1, left: 4, stopped: false, expiresInSeconds: 60 },
            { ...order, used: 5, left: 0, stopped: true, expiresInSeconds: 60 },
          ],
        },
        {
          run: "caller:support",
          tools: [{ ...order, used: 2, left: 3, stopped: false, expiresInSeconds: 60 }],
        },
      ],
    });
    admin.pass(60_000);
    expect((await admin.get("/attempts")).body).toEqual({ attempts: [] });
  });

  it("pages", async () => {
    for (let run = 0; run < 5; run += 1) await add(`run_${run}`, "get_order");
    const seen: unknown[] = [];
    let path = "/attempts?most=2";
    for (;;) {
      const { body } = await admin.get(path);
      seen.push(...(Array.isArray(body["attempts"]) ? body["attempts"] : []).map((one) => Object(one).run));
      if (body["next"] === undefined) break;
      path = `/attempts?most=2&after=${String(body["next"])}`;
    }
    expect(seen).toEqual(["run_0", "run_1", "run_2", "run_3", "run_4"]);
  });

  it("shows one run, or one caller by its name", async () => {
    await add("run_1", "get_order");
    await add("caller:id/a%7Eb", "get_order");
    for (const [who, run] of [
      ["run_1", "run_1"],
      ["id/a~b", "caller:id/a%7Eb"],
      ["caller:id/a%7Eb", "caller:id/a%7Eb"],
    ] as const)
      expect((await admin.get(`/attempts?run=${encodeURIComponent(who)}`)).body).toMatchObject({ attempts: [{ run }] });
    expect((await admin.get("/attempts?run=nobody")).body).toEqual({ attempts: [] });
  });

  it.each(["run=", "run=a&run=b", "run=a&most=3", "most=0", "most=1001", "after=", "tool=x", "__proto__=1"])(
    "refuses the query %s",
    async (query) => {
      expect((await admin.get(`/attempts?${query}`)).status).toBe(400);
    },
  );

  it("needs the token", async () => {
    expect((await fetch(`${admin.url}/attempts`)).status).toBe(401);
  });
});

describe("POST /attempts/clear", () => {
  it("lets a run begin anew at one tool, or at all, and logs by whom", async () => {
    for (const tool of ["get_order", "no_tool", "other"]) await add("run_1", tool, 5);
    await add("caller:support", "get_order", 5);
    const one = await admin.post("/attempts/clear", { run: "run_1", tool: "no_tool", by: "ann" });
    expect([one.status, one.body]).toEqual([200, { run: "run_1", tool: "no_tool", cleared: 1, by: "ann" }]);
    expect((await admin.store.attemptsOf("run_1")).map(({ tool }) => tool)).toEqual(["get_order", "other"]);
    expect((await admin.post("/attempts/clear", { run: "run_1" })).body).toEqual({
      run: "run_1",
      cleared: 2,
      by: "operator",
    });
    expect((await admin.post("/attempts/clear", { run: "support" })).status).toBe(200);
    expect((await admin.get("/attempts")).body).toEqual({ attempts: [] });
    expect(admin.logged[0]).toMatchObject({ msg: "attempts of a run were cleared", run: "run_1", by: "ann" });
  });

  it("says where nothing is counted that it is not, and where the names are", async () => {
    await add("run_1", "get_order");
    for (const body of [{ run: "run_2" }, { run: "run_1", tool: "other" }]) {
      const answer = await admin.post("/attempts/clear", body);
      expect([answer.status, answer.body["detail"]]).toEqual([404, expect.stringContaining("GET /attempts lists")]);
    }
    expect(admin.logged).toEqual([]);
  });

  it.each([
    {},
    { run: "" },
    { run: 1 },
    { run: "run_1", tool: "" },
    { run: "run_1", tools: ["a"] },
    { run: "a", by: "" },
  ])("refuses the body %j and clears nothing", async (body) => {
    await add("run_1", "get_order");
    expect((await admin.post("/attempts/clear", body)).status).toBe(422);
    expect(await admin.store.attemptsOf("run_1")).toHaveLength(1);
  });
});

it("is answered with the reason when the store does not answer", async () => {
  await admin.stop();
  const fail = (): Promise<never> => Promise.reject(new StoreError("down"));
  admin = await startAdmin({ listAttempts: fail, attemptsOf: fail, clearAttempts: fail });
  for (const answer of [
    await admin.get("/attempts"),
    await admin.get("/attempts?run=run_1"),
    await admin.post("/attempts/clear", { run: "run_1" }),
  ])
    expect([answer.status, answer.body["code"]]).toEqual([503, "state_unavailable"]);
});
