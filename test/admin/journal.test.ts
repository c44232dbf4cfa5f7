// The journal on the admin port of a real sidecar, while that writes it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJournalRoutes } from "../../src/admin/journal.ts";
import { createJournalReader } from "../../src/journal/query/reader.ts";
import { type Probe, startProbe } from "../support/probe.ts";
import { ADMIN_TOKEN } from "../support/running-app.ts";
import { always } from "../support/socket-backend.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-admin-journal-"));
let probe: Probe;
beforeAll(async () => {
  const flags = ["--journal", `sqlite:${join(folder, "journal.sqlite")}`];
  probe = await startProbe({ script: always(201, '{"id":"a"}'), flags });
});
afterAll(async () => {
  await probe.stop();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const getFrom = async ({ app }: Pick<Probe, "app">, path: string, token = ADMIN_TOKEN): Promise<Answer> => {
  const answer = await fetch(app.adminUrl + path, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, body: Object(await answer.json()) };
};
const get = (path: string): Promise<Answer> => getFrom(probe, path);

const recordsOf = ({ body }: Answer): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(body["records"]) ? body["records"] : [];

/** Once as many calls of this kind are written. */
const written = (query: string, count: number): Promise<void> =>
  expect.poll(async () => recordsOf(await get(`/journal?${query}`)).length, { timeout: 5000 }).toBe(count);

describe("the journal on the admin port", () => {
  it("lists calls by every filter, newest first, in pages", async () => {
    for (const name of ["a", "b", 7, "c", 8]) await probe.call("create_item", { name });
    await probe.call("get_item", { id: "x" });
    await written("", 6);
    const all = recordsOf(await get("/journal"));
    const times = all.map(({ time }) => String(time));
    expect(times).toEqual(times.toSorted().toReversed());
    expect(all.at(-1)).toMatchObject({ kind: "call", tool: "create_item", arguments: { name: "a" } });
    await written("tool=create_item", 5);
    await written("tool=get_item&decision=allow", 1);
    await written("code=invalid_arguments", 2);
    await written("class=fix_arguments&caller=anonymous&run=caller:anonymous", 2);
    await written("decision=refuse", 2);
    await written("since=1h&until=2100-01-01T00:00:00Z", 6);
    await written("until=1h", 0);
    const first = await get("/journal?most=4");
    const second = await get(`/journal?most=4&after=${first.body["next"]}`);
    expect(second.body).not.toHaveProperty("next");
    expect([...recordsOf(first), ...recordsOf(second)]).toEqual(all);
  });

  it("shows one call with all that belongs to it, by its id or the beginning of it", async () => {
    const call = String((await probe.call("create_item", { name: "shown" })).headers["checkrein-call"]);
    await expect.poll(async () => recordsOf(await get(`/journal/${call}`)).length, { timeout: 5000 }).toBe(3);
    const shown = await get(`/journal/${call.slice(0, -2)}`);
    expect(shown.body).toMatchObject({ call, records: [{ kind: "run" }, { kind: "intent" }, { kind: "call" }] });
    expect(await get("/journal/none")).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining("no call") },
    });
    expect(await get("/journal/0")).toMatchObject({ status: 404, body: { detail: expect.stringContaining("begins") } });
  });

  it("counts", async () => {
    const stats = (await get("/journal/stats?tool=create_item")).body;
    expect(stats).toMatchObject({ calls: 6, succeeded: 4, refused: 2, open: 0, tools: [{ tool: "create_item" }] });
    expect((await get("/journal/stats?caller=nobody")).body).toMatchObject({ calls: 0, tools: [] });
  });

  it.each([
    ["/journal?tols=a", "The query takes `run`, `caller`, `tool`"],
    ["/journal?run=a&run=b", "`run` is given twice"],
    ["/journal?run=", "`run`: is empty"],
    ["/journal?code=invalid_argument", "did you mean invalid_arguments?"],
    ["/journal?since=soon", '`since`: "soon" is no time'],
    ["/journal?after=x", "`after` must be one whole number"],
    ["/journal?after=", "`after` must be one whole number"],
    ["/journal?most=0", "`most` must be one whole number from 1 to 1000"],
    ["/journal?most=1001", "`most` must be one whole number from 1 to 1000"],
    ["/journal/stats?code=busy", "The query takes `run`, `caller`, `tool`, `since`, `until`, nothing else"],
    ["/journal/some-call?most=1", "leave the query out"],
  ])("refuses %s and says what it takes", async (path, told) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { detail: expect.stringContaining(told) } });
  });

  it("asks for the token", async () => {
    for (const path of ["/journal", "/journal/stats", "/journal/some-call"])
      expect(await getFrom(probe, path, "another")).toMatchObject({ status: 401 });
  });

  it("does not hold up calls that come meanwhile", async () => {
    const asked = Promise.all([get("/journal"), get("/journal/stats"), get("/journal?most=1000")]);
    const answers = await Promise.all(Array.from({ length: 50 }, () => probe.call("create_item", { name: "n" })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await asked).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

describe("a journal that cannot be read", () => {
  it("is a 503 with the reason", async () => {
    const journal = createJournalReader(join(folder, "not-there.sqlite"));
    const request = { id: "a", query: {}, contentType: undefined, body: new Uint8Array() };
    for (const { answer } of createJournalRoutes({ journal }))
      expect(await answer(request)).toMatchObject({
        status: 503,
        body: { code: "journal_unreadable", detail: expect.stringContaining("unable to open database file") },
      });
    journal.close();
  });
});

describe("a journal that is not in SQLite", () => {
  it.each(["lines:journal.jsonl", "none"])("cannot be asked there: %s", async (place) => {
    const flag = place.replace(":", `:${folder}/`);
    const other = await startProbe({ script: always(200, "{}"), flags: ["--journal", flag] });
    const answers = await Promise.all(["/journal", "/journal/stats", "/journal/a"].map((path) => getFrom(other, path)));
    for (const answer of answers)
      expect(answer).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining("checkrein journal <file>") },
      });
    await other.stop();
  });
});

describe("a playback without a journal of its own", () => {
  it("does not show the one that stands in the state directory", async () => {
    const place = ["--journal", "", "--state-directory", folder, "--playback", join(folder, "journal.sqlite")];
    const other = await startProbe({ script: always(200, "{}"), flags: place });
    expect(await getFrom(other, "/journal")).toMatchObject({ status: 409 });
    await other.stop();
  });
});
