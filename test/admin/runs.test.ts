// Runs on the admin port: what opens, what is refused with its place, and that a token is shown once and never again.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AdminOfTest, type Answer, startAdmin } from "./admin-port.ts";

let admin: AdminOfTest;
beforeEach(async () => void (admin = await startAdmin()));
afterEach(() => admin.stop());

const open = async (more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const answer = await admin.post("/runs", { caller: "support", ...more });
  if (answer.status !== 201) throw new Error(answer.text);
  return String(answer.body["run"]);
};
const issuesOf = ({ body }: Answer): readonly string[] =>
  (Array.isArray(body["issues"]) ? body["issues"] : []).map((issue) => String(Object(issue).path));

describe("POST /runs", () => {
  it("opens a run, and answers its id, token, URL and end", async () => {
    const answer = await admin.post("/runs", { caller: "support", lifetimeMs: 60_000 });
    expect(answer.status).toBe(201);
    const { run, token, url, expiresAt, ...more } = answer.body;
    expect(more).toEqual({});
    expect(token).toMatch(/^crr_/);
    expect(url).toBe(`https://tools.example.com/r/${token}`);
    expect(expiresAt).toBe("2026-03-01T10:01:00.000Z");
    expect(answer.headers.get("location")).toBe(`/runs/${run}`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect((await admin.get(`/runs/${run}`)).status).toBe(200);
  });

  it("logs who may do what from when on, and never a token", async () => {
    const { token } = (await admin.post("/runs", { caller: "support" })).body;
    expect(admin.logged).toMatchObject([{ msg: "a run was opened", caller: "support", run: expect.any(String) }]);
    expect(JSON.stringify(admin.logged)).not.toContain(String(token).slice(4, 24));
  });

  it.each([
    [{}, "/caller"],
    [{ caller: "nobody" }, "/caller"],
    [{ caller: null }, "/caller"],
    [{ caller: "support", callers: 1 }, "/callers"],
    [{ caller: "support", grants: {} }, "/grants"],
    [{ caller: "support", grant: null }, "/grant"],
    [{ caller: "support", grant: [] }, "/grant"],
    [{ caller: "support", grant: { tool: ["get_order"] } }, "/grant/tool"],
    [{ caller: "support", grant: { tools: ["get_odrer"] } }, "/grant/tools/0"],
    [{ caller: "support", grant: { tools: "get_order" } }, "/grant/tools"],
    [{ caller: "support", claims: null }, "/claims"],
    [{ caller: "support", claims: "acme" }, "/claims"],
    [{ caller: "support", parent: null }, "/parent"],
    [{ caller: "support", parent: "run_of_nobody" }, "/parent"],
    [{ caller: "support", lifetimeMs: null }, "/lifetimeMs"],
    [{ caller: "support", lifetimeMs: "1h" }, "/lifetimeMs"],
    [{ caller: "support", lifetimeMs: 0 }, "/lifetimeMs"],
    [{ caller: "support", lifetimeMs: 1.5 }, "/lifetimeMs"],
    [{ caller: "support", lifetimeMs: 9e15 }, "/lifetimeMs"],
  ])("refuses %j, naming %s, and opens nothing", async (body, path) => {
    const answer = await admin.post("/runs", body);
    expect(answer.status).toBe(422);
    expect(issuesOf(answer)).toContain(path);
    expect(answer.text).not.toContain("crr_");
    expect((await admin.get("/runs")).body).toEqual({ runs: [] });
    expect(admin.logged).toEqual([]);
  });
});

describe("GET /runs", () => {
  it("pages through the runs that live, oldest first", async () => {
    const opened: string[] = [];
    for (let number = 0; number < 5; number += 1) {
      opened.push(await open());
      admin.pass(1);
    }
    await admin.post(`/runs/${opened[1]}/end`, { by: "ann" });
    const seen: unknown[] = [];
    let path = "/runs?most=2";
    for (;;) {
      const { body } = await admin.get(path);
      seen.push(...(Array.isArray(body["runs"]) ? body["runs"] : []).map((run) => Object(run).id));
      if (body["next"] === undefined) break;
      path = `/runs?most=2&after=${String(body["next"])}`;
    }
    expect(seen).toEqual(opened.filter((_id, index) => index !== 1));
  });

  it.each([
    "most=0",
    "most=1001",
    "most=-1",
    "most=1e2",
    "most=",
    "most=1&most=2",
    "after=",
    "before=x",
    "__proto__=1",
  ])("refuses the query %s", async (query) => {
    expect((await admin.get(`/runs?${query}`)).status).toBe(400);
  });

  it("forgets what has expired", async () => {
    const run = await open({ lifetimeMs: 1000 });
    admin.pass(1001);
    expect((await admin.get("/runs")).body).toEqual({ runs: [] });
    expect((await admin.get(`/runs/${run}`)).status).toBe(404);
  });
});

describe("GET /runs/{id}", () => {
  it("shows what was given and whether it lives, never the token", async () => {
    const grant = { tools: ["get_order"] };
    const parent = await open({ claims: { tenant: "acme" } });
    const run = await open({ grant, parent });
    const answer = await admin.get(`/runs/${run}`);
    expect(answer.body).toMatchObject({ id: run, caller: "support", parent, grant, claims: { tenant: "acme" } });
    expect(answer.body).toMatchObject({ lineage: [parent, run], live: true, createdAt: "2026-03-01T10:00:00.000Z" });
    expect(answer.text).not.toContain("crr_");
  });

  it("knows nothing of a run that is not there", async () => {
    expect((await admin.get("/runs/run_of_nobody")).status).toBe(404);
    expect((await admin.get("/runs/__proto__")).status).toBe(404);
  });
});

describe("POST /runs/{id}/end", () => {
  it("ends the run and those below it, and says by whom", async () => {
    const [parent, other] = [await open(), await open()];
    const child = await open({ parent });
    const answer = await admin.post(`/runs/${parent}/end`, { by: "ann" });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: parent, live: false, endedBy: "ann" });
    expect((await admin.get(`/runs/${child}`)).body["live"]).toBe(false);
    expect((await admin.get(`/runs/${other}`)).body["live"]).toBe(true);
    expect(admin.logged.at(-1)).toMatchObject({ msg: "a run was ended", run: parent, by: "ann" });
  });

  it("needs no body, and is the same a second time", async () => {
    const run = await open();
    expect((await admin.post(`/runs/${run}/end`)).body).toMatchObject({ endedBy: "operator" });
    expect((await admin.post(`/runs/${run}/end`, { by: "bob" })).body).toMatchObject({ endedBy: "operator" });
  });

  it.each([{ by: "" }, { by: null }, { who: "ann" }])("refuses the body %j and ends nothing", async (body) => {
    const run = await open();
    expect((await admin.post(`/runs/${run}/end`, body)).status).toBe(422);
    expect((await admin.get(`/runs/${run}`)).body["live"]).toBe(true);
  });

  it("says of a run that is not there that it is not", async () => {
    expect((await admin.post("/runs/run_of_nobody/end", {})).status).toBe(404);
  });
});
