// Other contracts without a restart: what begins after the switch is judged by them, what began before ends as it began, and
// nothing that is not good takes their place.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AgentAnswer } from "../support/running-app.ts";
import { always, httpAnswer } from "../support/socket-backend.ts";
import { BACKEND, createItem, getItem, startReloading, versionOf } from "./reloading.ts";

describe("a reload", () => {
  it("judges by the new contracts what begins after it, and names the version in every answer", async () => {
    const { app, write, reload } = await startReloading();
    const first = await app.call("get_item", { id: "long" });
    expect(first).toMatchObject({ status: 422, code: "invalid_arguments" });
    write("get-item.ts", getItem(9));
    expect(await reload()).toBe("switched");
    const second = await app.call("get_item", { id: "long" });
    expect(second.status).toBe(200);
    expect(versionOf(second)).not.toBe(versionOf(first));
    write("get-item.ts", getItem(3));
    expect(await reload()).toBe("switched");
    expect(versionOf(await app.call("get_item", { id: "long" }))).toBe(versionOf(first));
  });

  it("of unchanged files changes nothing", async () => {
    const { app, reload, admin } = await startReloading();
    const since = (await admin("/contracts"))["servedSince"];
    expect(await reload()).toBe("unchanged");
    expect((await admin("/contracts"))["servedSince"]).toBe(since);
    expect((await app.call("get_item", { id: "abc" })).status).toBe(200);
  });

  it("lets a call end with the version that it began with", async () => {
    const { app, backend, write, reload } = await startReloading();
    let answer = (): void => undefined;
    backend.play((socket) => (answer = () => void socket.write(httpAnswer(200, '{"id":"a","count":1}'))));
    const begun = app.call("get_item", { id: "abc" });
    await expect.poll(() => backend.requests().length).toBe(1);
    write("get-item.ts", getItem(2, "output: z.object({ id: z.string() })"));
    expect(await reload()).toBe("switched");
    answer();
    const ended = await begun;
    expect(ended).toMatchObject({ status: 200 });
    expect(JSON.parse(ended.text).result).toEqual({ id: "a", count: 1 });
    expect(await app.call("get_item", { id: "abc" })).toMatchObject({ status: 422 });
    backend.play(always(200, '{"id":"a","count":1}'));
    expect(JSON.parse((await app.call("get_item", { id: "ab" })).text).result).toEqual({ id: "a" });
  });

  it("keeps a connection to a backend that is the same, and closes that of one that is not", async () => {
    const { app, backend, write, reload } = await startReloading();
    await app.call("get_item", { id: "abc" });
    expect(backend.openSockets()).toBe(1);
    write("get-item.ts", getItem(9));
    await reload();
    await app.call("get_item", { id: "abc" });
    expect(backend.openSockets()).toBe(1);
    write("backend.ts", BACKEND.replace("document:", "deadlineMs: 9_000, document:"));
    expect(await reload()).toBe("switched");
    await expect.poll(() => backend.openSockets()).toBe(0);
    expect((await app.call("get_item", { id: "abc" })).status).toBe(200);
  });

  it("closes a backend that is gone only when the last call of it has ended", async () => {
    const { app, backend, write, reload } = await startReloading();
    let answer = (): void => undefined;
    backend.play((socket) => (answer = () => void socket.write(httpAnswer(200, '{"id":"a"}'))));
    const begun = app.call("get_item", { id: "abc" });
    await expect.poll(() => backend.requests().length).toBe(1);
    write("backend.ts", BACKEND.replace("document:", "deadlineMs: 9_000, document:"));
    expect(await reload()).toBe("switched");
    expect(await reload()).toBe("unchanged");
    answer();
    expect((await begun).status).toBe(200);
    await expect.poll(() => backend.openSockets()).toBe(0);
  });

  it("reads secrets anew", async () => {
    const { tokenFile, reload, admin, shownToken } = await startReloading();
    expect(await shownToken()).toBe("Bearer canary-5d10-first-token");
    writeFileSync(tokenFile, "canary-5d10-other-token");
    const { result, version, before, newValues } = await admin("/reload", "POST");
    expect([result, newValues, before]).toEqual(["switched", true, version]);
    expect(await shownToken()).toBe("Bearer canary-5d10-other-token");
    rmSync(tokenFile);
    expect(await reload()).toBe("refused");
    expect(await shownToken()).toBe("Bearer canary-5d10-other-token");
  });

  it("ends what a caller could do that is declared no more", async () => {
    const caller = (name: string): string =>
      `import { defineCaller, secret } from "checkrein"; export const one = defineCaller({ name: "${name}", key: secret("DESK_KEY") });`;
    const other =
      'import { defineCaller } from "checkrein"; export const two = defineCaller({ name: "two", keyHash: "sha256:' +
      `${"0".repeat(64)}" });`;
    const { app, folder, write, reload } = await startReloading({ "caller.ts": caller("desk"), "other.ts": other }, [
      "--watch=false",
      "--anonymous=false",
    ]);
    const call = (): Promise<AgentAnswer> =>
      app.send({
        method: "POST",
        target: "/call",
        headers: [
          ["content-type", "application/json"],
          ["authorization", "Bearer canary-77aa-key-of-the-desk"],
        ],
        body: JSON.stringify({ tool: "get_item", arguments: { id: "a" } }),
      });
    expect((await call()).status).toBe(200);
    rmSync(join(folder, "caller.ts"));
    expect(await reload()).toBe("switched");
    expect((await call()).status).toBe(401);
    rmSync(join(folder, "other.ts"));
    expect(await reload()).toBe("refused"); // nobody could call any more
    write("caller.ts", caller("desk"));
    expect(await reload()).toBe("switched");
    expect((await call()).status).toBe(200);
  });

  it("takes no rules that need a store which only a restart can give", async () => {
    const { write, reload, admin } = await startReloading({}, [
      "--watch=false",
      "--state=",
      `--state-directory=${tmpdir()}`,
    ]);
    write("get-item.ts", getItem(3, 'rules: [limit(3, { per: "caller", window: "30d" })]'));
    expect(await reload()).toBe("refused");
    expect(JSON.stringify((await admin("/contracts"))["refused"])).toContain("restart it");
  });

  it("stands in the journal, with what every run may do from then on", async () => {
    const journal = join(mkdtempSync(join(tmpdir(), "checkrein-journal-")), "calls.jsonl");
    const { app, write, reload } = await startReloading({}, ["--watch=false", `--journal=lines:${journal}`]);
    await app.call("get_item", { id: "abc" });
    write("get-item.ts", getItem(9));
    await reload();
    await app.call("get_item", { id: "abc" });
    const kinds = (): readonly string[] =>
      readFileSync(journal, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => String(JSON.parse(line).kind));
    await expect.poll(kinds).toEqual(["start", "run", "call", "contracts", "run", "call"]);
    rmSync(join(journal, ".."), { recursive: true });
  });

  it("keeps sessions of MCP clients, which see the new tools", async () => {
    const { app, write, reload } = await startReloading();
    const post = async (body: object, session?: string): Promise<AgentAnswer> =>
      app.send({
        method: "POST",
        target: "/mcp",
        headers: [
          ["content-type", "application/json"],
          ["accept", "application/json, text/event-stream"],
          ...(session === undefined ? [] : [["mcp-session-id", session] as const]),
        ],
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...body }),
      });
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } };
    const session = String((await post({ method: "initialize", params })).headers["mcp-session-id"]);
    write("create-item.ts", createItem);
    expect(await reload()).toBe("switched");
    const listed = await post({ method: "tools/list" }, session);
    expect(JSON.parse(listed.text).result.tools.map(({ name }: { name: string }) => name)).toEqual([
      "create_item",
      "get_item",
    ]);
  });
});

describe("files that are not good", () => {
  it("change nothing, are told with every problem, and are forgotten when they are good again", async () => {
    const { app, write, reload, admin } = await startReloading();
    write("get-item.ts", getItem(9).replace("z.strictObject", "z.object"));
    write("broken.ts", "export default");
    expect(await reload()).toBe("refused");
    expect((await app.call("get_item", { id: "abc" })).status).toBe(200);
    const ready = await admin("/readyz");
    expect(ready).toMatchObject({ status: 200, ready: true });
    expect(String(ready["trouble"])).toContain("have 2 problems, the first in");
    expect((await admin("/contracts"))["refused"]).toHaveLength(2);
    const answer = await admin("/reload", "POST");
    expect(answer).toMatchObject({ status: 409, code: "contracts_refused" });
    expect(answer["problems"]).toHaveLength(2);
    write("get-item.ts", getItem(3));
    write("broken.ts", createItem);
    expect(await admin("/reload", "POST")).toMatchObject({
      status: 200,
      result: "switched",
      changes: { added: ["create_item"], removed: [], changed: [] },
      newValues: false,
    });
    expect((await admin("/readyz"))["trouble"]).toEqual([]);
  });
});
