// Opening runs: for declared callers alone, as narrow as the grant says, and parts of runs inside of their outer ones.
import { describe, expect, it } from "vitest";
import { createCallerFinder } from "../../src/run/caller.ts";
import { type OpenRunParts, type RunRequest, openRun, readOpening } from "../../src/run/open-run.ts";
import { readToken } from "../../src/run/token.ts";
import type { RunRecord } from "../../src/state/store.ts";
import { KEY, NOW, bot, identitiesOf, ops } from "./caller-set.ts";
import { catalogOf, getOrder, shop } from "./contracts.ts";

const people = {
  name: "people",
  proof: {
    kind: "jwt",
    issuer: "https://id.example.com",
    audience: "checkrein",
    jwks: "https://id.example.com/keys",
    subject: "sub",
    require: {},
    claims: [],
  },
  grant: {},
} as const;

const setUp = (more: Partial<OpenRunParts> = {}) => {
  const records = new Map<string, RunRecord>();
  const state = { now: NOW };
  const parts: OpenRunParts = {
    store: {
      findRun: async (id) => records.get(id),
      saveRun: async (run) => void records.set(run.id, run),
    },
    catalog: shop,
    findCaller: createCallerFinder([bot, ops, people], false),
    signingKey: KEY,
    now: () => state.now,
    ...more,
  };
  const open = (request: RunRequest) => openRun(parts, request);
  const good = async (request: RunRequest) => {
    const opened = await open(request);
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    return opened;
  };
  const problems = async (request: RunRequest): Promise<readonly string[]> => {
    const before = records.size;
    const opened = await open(request);
    expect(records.size).toBe(opened.ok ? before + 1 : before);
    return opened.ok ? [] : opened.problems.map(({ path, message }) => `${path} ${message}`);
  };
  return { records, state, parts, good, problems };
};

const DAY = 86_400_000;
const most = (maximum: number): unknown => ({ arguments: { create_refund: { amount: { maximum } } } });

describe("a run", () => {
  it("is opened with a token that says all of it, and is kept", async () => {
    const { records, good } = setUp();
    const grant = { tools: ["create_refund"], limits: [{ calls: 3, window: "1m" }] };
    const opened = await good({ caller: "bot", grant, lifetimeMs: 5000 });
    const { id } = opened.run;
    expect(id).toMatch(/^run_[0-9a-f-]{36}$/);
    const own = { tools: ["create_refund"], limits: [{ calls: 3, windowMs: 60_000 }] };
    expect(opened.run).toEqual({ id, lineage: [id], grants: [bot.grant, own], expiresAt: NOW + 5000 });
    expect(identitiesOf().identify({ urlToken: opened.token })).toEqual({
      ok: true,
      value: { caller: { name: "bot", claims: { tenant: "acme" } }, run: opened.run },
    });
    const record = records.get(id);
    expect(record).toMatchObject({ id, caller: "bot", parent: undefined, createdAt: NOW, expiresAt: NOW + 5000 });
    expect(record !== undefined && readOpening(record)).toEqual({ grant, claims: { tenant: "acme" } });
  });

  it("lasts a day when nobody says otherwise, and has an id of its own", async () => {
    const { good } = setUp();
    const [one, other] = [await good({ caller: "ops" }), await good({ caller: "ops" })];
    expect(one.expiresAt).toBe(NOW + DAY);
    expect(one.run.grants).toEqual([{}, {}]);
    expect(one.run.id).not.toBe(other.run.id);
  });

  it("may be that of a subject, with the claims that are given", async () => {
    const { good } = setUp();
    const { token } = await good({ caller: "people/alice", claims: { tenant: "acme" } });
    expect(readToken(token, KEY, NOW)).toMatchObject({ caller: "people/alice", claims: { tenant: "acme" } });
  });

  it("may have other claims than its caller's key", async () => {
    const { good } = setUp();
    const { token } = await good({ caller: "bot", claims: { tenant: "b", user: 5 } });
    expect(readToken(token, KEY, NOW)?.claims).toEqual({ tenant: "b", user: 5 });
  });

  it.each<[string, RunRequest, RegExp]>([
    ["no caller", {}, /^\/caller there is no caller/],
    ["a caller that is no text", { caller: 5 }, /^\/caller/],
    ["a caller that is not declared", { caller: "nobody" }, /^\/caller there is no caller "nobody"/],
    ["an inherited name", { caller: "constructor" }, /^\/caller/],
    ["a subject of a caller with a key", { caller: "bot/x" }, /^\/caller/],
    ["a caller with subjects and none", { caller: "people" }, /^\/caller/],
    ["a subject that cannot be one", { caller: "people/a b" }, /^\/caller/],
    ["the anonymous caller where there is none", { caller: "anonymous" }, /^\/caller/],
    ["a grant that is none", { caller: "bot", grant: [] }, /^\/grant is not a grant/],
    ["a grant of null", { caller: "bot", grant: null }, /^\/grant is not a grant/],
    ["a wrong grant", { caller: "bot", grant: { tools: ["x"] } }, /^\/grant\/tools\/0 there is no tool/],
    ["claims that are none", { caller: "bot", claims: [] }, /^\/claims/],
    ["a lifetime of nothing", { caller: "bot", lifetimeMs: 0 }, /^\/lifetimeMs/],
    ["a lifetime in words", { caller: "bot", lifetimeMs: "1h" }, /^\/lifetimeMs/],
    ["a lifetime of 31 days", { caller: "bot", lifetimeMs: 31 * DAY }, /^\/lifetimeMs/],
    [
      "more than a token carries",
      { caller: "bot", claims: { text: "x".repeat(5000) } },
      /^\/grant .*more than 4096 bytes/,
    ],
    ["an outer run that is none", { caller: "bot", parent: "run_x" }, /^\/parent/],
    ["an outer run that is no text", { caller: "bot", parent: 5 }, /^\/parent/],
  ])("is not opened with %s", async (_, request, message) => {
    const problems = await setUp().problems(request);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  it("is refused with all that is wrong at once", async () => {
    expect(await setUp().problems({ caller: "x", grant: { tool: [] }, claims: 5, lifetimeMs: -1 })).toHaveLength(4);
  });
});

describe("a part of a run", () => {
  it("has the outer run's caller, claims and restrictions, and its own", async () => {
    const { good } = setUp();
    const outer = await good({ caller: "ops", claims: { tenant: "acme" }, grant: most(100), lifetimeMs: 5000 });
    const part = await good({ parent: outer.run.id, grant: most(50) });
    const inner = await good({ parent: part.run.id, caller: "ops" });
    expect(part.run.lineage).toEqual([outer.run.id, part.run.id]);
    expect(inner.run.lineage).toEqual([outer.run.id, part.run.id, inner.run.id]);
    expect(inner.run.grants).toEqual([{}, most(100), most(50), {}]);
    expect(inner.expiresAt).toBe(outer.expiresAt);
    expect(readToken(inner.token, KEY, NOW)).toMatchObject({ caller: "ops", claims: { tenant: "acme" } });
  });

  it("ends no later than the outer run", async () => {
    const { state, good, problems } = setUp();
    const { run } = await good({ caller: "ops", lifetimeMs: 5000 });
    state.now += 1000;
    expect((await good({ parent: run.id, lifetimeMs: 4000 })).expiresAt).toBe(NOW + 5000);
    expect(await problems({ parent: run.id, lifetimeMs: 4001 })).toEqual([
      "/lifetimeMs is later than the end of the outer run",
    ]);
    state.now = NOW + 5000;
    expect(await problems({ parent: run.id })).toEqual(["/parent there is no such run, or it has ended"]);
  });

  it("is not opened in a run that was ended, or is a part of one", async () => {
    const { records, good, problems } = setUp();
    const outer = await good({ caller: "ops" });
    const part = await good({ parent: outer.run.id });
    const record = records.get(outer.run.id);
    if (record !== undefined) records.set(outer.run.id, { ...record, endedBy: "operator" });
    expect(await problems({ parent: outer.run.id })).toHaveLength(1);
    expect(await problems({ parent: part.run.id })).toHaveLength(1);
  });

  it("has no claims of its own", async () => {
    const { good, problems } = setUp();
    const { run } = await good({ caller: "bot" });
    expect(await problems({ parent: run.id, claims: { tenant: "acme" } })).toEqual([]);
    for (const claims of [{ tenant: "other" }, {}, { tenant: "acme", role: "admin" }, 5, null])
      expect(await problems({ parent: run.id, claims })).toEqual(["/claims are not those of the outer run"]);
  });

  it("is nobody else's", async () => {
    const { good, problems } = setUp();
    const { run } = await good({ caller: "ops" });
    expect(await problems({ parent: run.id, caller: "bot" })).toEqual(["/caller is not the caller of the outer run"]);
  });

  it("is refused when nothing is left together with the outer run", async () => {
    const { good, problems } = setUp();
    const pin = (value: string): unknown => ({ arguments: { create_refund: { reason: { pin: { value } } } } });
    const { run } = await good({ caller: "ops", grant: pin("late") });
    expect(await problems({ parent: run.id, grant: pin("other") })).toEqual([
      expect.stringMatching(
        /^\/grant\/arguments\/create_refund\/reason with what holds for this run already, no value/,
      ),
    ]);
    expect(await problems({ parent: run.id, grant: pin("late") })).toEqual([]);
  });

  it("is refused when nothing is left together with the caller's own grant", async () => {
    const grant = { arguments: { create_refund: { amount: { maximum: 10 } } } };
    const { problems } = setUp({ findCaller: () => ({ grant, claims: {} }) });
    expect(
      await problems({ caller: "ops", grant: { arguments: { create_refund: { amount: { minimum: 11 } } } } }),
    ).toHaveLength(1);
  });

  it("is refused when the contracts have changed under the outer run's grant", async () => {
    const { parts, records, good } = setUp();
    const { run } = await good({ caller: "ops", grant: most(100) });
    const opened = await openRun({ ...parts, catalog: catalogOf(getOrder) }, { parent: run.id });
    expect(opened).toMatchObject({ ok: false, problems: [{ path: "/parent" }] });
    expect(records.size).toBe(1);
  });

  it("is eight runs deep at most", async () => {
    const { good, problems } = setUp();
    let { id } = (await good({ caller: "ops" })).run;
    for (let depth = 1; depth < 8; depth += 1) ({ id } = (await good({ parent: id })).run);
    expect(await problems({ parent: id })).toEqual(["/parent it is 8 runs deep already"]);
  });
});
