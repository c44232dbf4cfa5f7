// What is common to the surfaces of the admin port: the token before everything, strict JSON, closed members, and problem
// details that say what is wrong and where.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoreError } from "../../src/state/store.ts";
import { type AdminOfTest, TOKEN, startAdmin } from "./admin-port.ts";

let admin: AdminOfTest;
beforeAll(async () => void (admin = await startAdmin()));
afterAll(() => admin.stop());

const REQUESTS = [
  ["GET", "/backends"],
  ["GET", "/runs"],
  ["GET", "/runs/x"],
  ["POST", "/runs"],
  ["POST", "/runs/x/end"],
  ["GET", "/approvals"],
  ["POST", "/approvals/x/approve"],
  ["POST", "/approvals/x/deny"],
  ["GET", "/claims"],
  ["POST", "/claims/x/settle"],
  ["GET", "/state"],
  ["POST", "/state/accept"],
  ["GET", "/nowhere"],
] as const;

describe("the token", () => {
  it.each(REQUESTS)("is asked for by %s %s before anything is read", async (method, path) => {
    for (const authorization of [undefined, "Bearer wrong", `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
      const answer = await fetch(admin.url + path, {
        method,
        headers: { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) },
        ...(method === "POST" ? { body: "{" } : {}),
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    }
  });

  it("opens an unknown path as little as a known one: it says what is served", async () => {
    const answer = await admin.get("/nowhere");
    expect(answer.status).toBe(404);
    expect(answer.body["detail"]).toContain("GET /approvals");
  });
});

describe("a change", () => {
  it.each(REQUESTS.filter(([method, path]) => method === "POST" && path !== "/runs"))(
    "is not made by another method than %s %s",
    async (_method, path) => {
      expect((await admin.get(path)).status).toBe(404);
      for (const method of ["PUT", "DELETE", "PATCH", "HEAD"]) {
        const answer = await fetch(admin.url + path, { method, headers: { authorization: `Bearer ${TOKEN}` } });
        expect(answer.status).toBe(404);
      }
    },
  );
});

describe("a body", () => {
  it.each([
    ["{", "malformed_json"],
    ['{"by":"a"} x', "malformed_json"],
    ['{"by":"a","by":"b"}', "duplicate_key"],
    ['{"by":"\\ud800"}', "invalid_encoding"],
    ['{"__proto__":{}}', "invalid_request"],
    ['{"by":1e400}', "unsafe_number"],
    [`{"by":${"[".repeat(40)}${"]".repeat(40)}}`, "too_deep"],
  ])("%j is refused as %s", async (body, code) => {
    const answer = await admin.post("/state/accept", body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: `urn:checkrein:admin/${code}`, code, status: 400 });
    expect(answer.body["issues"]).toHaveLength(1);
  });

  it.each([[], null, "text", 7])("that is %j and no object is refused", async (body) => {
    const answer = await admin.post("/state/accept", JSON.stringify(body));
    expect(answer.status).toBe(422);
    expect(answer.body["detail"]).toBe("The body must be a JSON object.");
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonx",
    "application/json; charset=latin1",
    "application/json; boundary=x",
    "",
  ])("of the type %j is refused", async (type) => {
    const answer = await admin.post("/state/accept", '{"by":"ann"}', { "content-type": type });
    expect(answer.status).toBe(415);
    expect(answer.body["code"]).toBe("unsupported_media_type");
  });

  it.each(["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'])(
    "of the type %j is taken",
    async (type) => {
      // Nothing is lost, which is said only of a body that could be read.
      expect((await admin.post("/state/accept", '{"by":"ann"}', { "content-type": type })).status).toBe(409);
    },
  );

  it("is taken up to 64 KiB and refused beyond", async () => {
    const padded = (bytes: number): string => `${" ".repeat(bytes - 12)}{"by":"ann"}`;
    expect((await admin.post("/state/accept", padded(65_536))).status).toBe(409);
    const answer = await admin.post("/state/accept", padded(65_537));
    expect(answer.status).toBe(413);
    expect(answer.body["code"]).toBe("too_large");
  });

  it("names every member that is unknown, misspelt or missing, and what is meant", async () => {
    const answer = await admin.post("/claims/x/settle", { outcom: "done", "a/b": 1, by: 7 });
    expect(answer.status).toBe(422);
    expect(answer.body["issues"]).toEqual([
      { path: "/outcom", message: "is not known here: did you mean outcome?" },
      { path: "/a~1b", message: "is not known here: these are known: outcome, by" },
      { path: "/outcome", message: 'is missing: it must be "done" or "released"' },
      { path: "/by", message: expect.stringMatching(/^must be a name of 1 to 128 visible characters/) },
    ]);
    expect(answer.body["detail"]).toContain("/outcom is not known here: did you mean outcome?");
  });

  it("that is absent misses what is needed", async () => {
    const answer = await admin.post("/state/accept");
    expect(answer.status).toBe(422);
    expect(answer.body["issues"]).toEqual([{ path: "/by", message: expect.stringContaining("is missing") }]);
  });
});

describe("the name of who decides", () => {
  it.each([
    null,
    "",
    " ",
    " ann",
    "ann ",
    "an\nn",
    "an\u0000n",
    "an\u202en",
    "an\u200bn",
    "\u2800",
    "\u00a0",
    "x".repeat(129),
    ["ann"],
    true,
  ])("%j is refused", async (by) => {
    const answer = await admin.post("/state/accept", { by });
    expect(answer.status).toBe(422);
    expect(answer.body["issues"]).toMatchObject([{ path: "/by" }]);
  });

  it.each(["a", "Ann Example", "ann@example.com", "Łukasz", "田中", "x".repeat(128), "\u{1f469}\u200d\u{1f4bb}"])(
    "%j is taken",
    async (by) => {
      expect((await admin.post("/state/accept", { by })).status).toBe(409);
    },
  );
});

describe("trouble", () => {
  it("of the store is a 503 with its reason, on every surface that asks it", async () => {
    const fail = (): Promise<never> => Promise.reject(new StoreError("redis: connect ECONNREFUSED"));
    const failing = await startAdmin({
      findRun: fail,
      listRuns: fail,
      endRun: fail,
      listApprovals: fail,
      decideApproval: fail,
      listUnknown: fail,
      settleUnknown: fail,
      acceptLoss: fail,
      trouble: () => "the server is gone",
    });
    const answers = [
      await failing.get("/runs"),
      await failing.get("/runs/x"),
      await failing.post("/runs", { parent: "x" }),
      await failing.post("/runs/x/end", {}),
      await failing.get("/approvals"),
      await failing.post("/approvals/x/deny", { by: "ann" }),
      await failing.get("/claims"),
      await failing.post("/claims/x/settle", { outcome: "done", by: "ann" }),
      await failing.post("/state/accept", { by: "ann" }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(503);
      expect(body).toMatchObject({ code: "state_unavailable", detail: expect.stringContaining("ECONNREFUSED") });
    }
    expect(failing.logged).toEqual([]);
    await failing.stop();
  });

  it("of our own is a 500 without its words, which stand in the log", async () => {
    const broken = await startAdmin({ listApprovals: () => Promise.reject(new Error("secret words")) });
    const answer = await broken.get("/approvals");
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("secret words");
    expect(broken.logged).toMatchObject([{ err: { message: "secret words" } }]);
    await broken.stop();
  });

  it("with the path is said without a route", async () => {
    const answer = await admin.get("/runs/%zz");
    expect(answer.status).toBe(400);
    expect(answer.body["code"]).toBe("invalid_request");
  });
});
