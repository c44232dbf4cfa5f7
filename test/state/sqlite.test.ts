// What a file brings with it: other processes, crashes, full disks, files of other versions.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSqliteStore } from "../../src/state/sqlite.ts";
import { createGroup } from "../../src/state/sqlite-group.ts";
import { type Store, StoreError } from "../../src/state/store.ts";
import { startChild } from "../support/child-server.ts";
import { call, claimOf, count, DAY, lease, MINUTE, once } from "../support/claims.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-state-"));
  file = join(folder, "deep", "state.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openAt = (now: () => number = Date.now): Store => createSqliteStore({ file, now });

it("makes its file and folder, for nobody else to read", async () => {
  const store = openAt();
  await store.claim(claimOf("a", count("k", 1)));
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(statSync(`${file}-wal`).mode & 0o077).toBe(0);
  await store.close();
});

it("refuses a file that another store has open, and takes it when that one is closed", async () => {
  const store = openAt();
  expect(() => openAt()).toThrow(StoreError);
  expect(() => openAt()).toThrow(/in use by another process: one sidecar per file/u);
  expect(await call(store, claimOf("a", count("k", 1)), "done")).toBeUndefined();
  await store.close();
  await openAt().close();
});

it("refuses a file of a newer version, and one that is something else", async () => {
  await openAt().close();
  const database = new DatabaseSync(file);
  database.exec("PRAGMA user_version = 2");
  database.close();
  expect(() => openAt()).toThrow(/written by a newer checkrein \(version 2/u);
  rmSync(file);
  writeFileSync(file, "x".repeat(5000));
  expect(() => openAt()).toThrow(/is no state file of checkrein/u);
  for (const version of [0, 1]) {
    rmSync(file);
    const foreign = new DatabaseSync(file);
    foreign.exec(`CREATE TABLE invoice (id INTEGER); PRAGMA user_version = ${version}`);
    foreign.close();
    expect(() => openAt()).toThrow(/is no state file of checkrein/u);
    const kept = new DatabaseSync(file);
    expect(kept.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "invoice" }]);
    kept.close();
  }
  rmSync(file);
  mkdirSync(file);
  expect(() => openAt()).toThrow(/cannot be opened/u);
});

it("loses nothing that it has answered when its process is killed", { timeout: 60_000 }, async () => {
  for (let round = 0; round < 3; round += 1) {
    rmSync(folder, { recursive: true, force: true });
    const child = await startChild({ arguments: ["test/support/state-child.ts", file] });
    expect(() => openAt()).toThrow(/in use/u);
    while (child.log.length < 500 * (round + 1)) await setTimeout(5);
    await child.kill();
    await setTimeout(50);
    const told = (word: string): readonly string[] =>
      child.log.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
    const claimed = told("claimed");
    const settled = told("settled");

    const store = openAt();
    const { members } = await store.read({ fields: [], keys: [], members: [{ key: "k", values: settled }] });
    expect(members[0]?.every(Boolean)).toBe(true);
    for (const id of claimed) {
      const found = await call(store, claimOf("other", once(id)), "done");
      expect(found).toMatchObject(settled.includes(id) ? { state: "done", result: id } : { kind: "once", claim: id });
    }
    const found = await call(store, claimOf("other", count("k", 0)), "done");
    expect(found).toMatchObject({ kind: "count" });
    const used = found?.kind === "count" ? found.used : 0;
    // What was on the disk when the process ended, but not told yet: at most one for each of its 20 workers.
    expect(used).toBeGreaterThanOrEqual(claimed.length);
    expect(used).toBeLessThanOrEqual(claimed.length + 20);
    await store.close();
  }
});

it("leaves nothing behind of what has expired", async () => {
  let time = 1_785_240_000_000;
  const store = openAt(() => time);
  for (let index = 0; index < 200; index += 1) {
    const id = String(index);
    const expires = { expiresInMs: MINUTE };
    const evidence = {
      records: [{ key: id, field: id, value: id, ...expires }],
      members: [{ key: id, values: ["a", "b"], ...expires }],
    };
    const claim = claimOf(id, count(id, 1, expires), once(id, expires), lease(id));
    await call(store, claim, index % 2 === 0 ? "done" : "unknown", { evidence });
  }
  time += DAY;
  for (let index = 0; index < 60; index += 1) await store.hasEnded(["r"]);
  await store.close();
  const database = new DatabaseSync(file);
  expect(database.prepare("SELECT count(*) AS left FROM cell").get()).toEqual({ left: 0 });
  expect(database.prepare("SELECT count(*) AS left FROM tally").get()).toEqual({ left: 0 });
  database.close();
});

it("tells trouble of the disk, refuses what is not on it, and goes on when there is room again", async () => {
  const database = new DatabaseSync(join(folder, "full.sqlite"));
  database.exec("CREATE TABLE t (x TEXT) STRICT; PRAGMA max_page_count = 4");
  const group = createGroup(database, () => undefined);
  const insert = (text: string) => group.perform(() => void database.prepare("INSERT INTO t VALUES (?)").run(text));
  const large = insert("x".repeat(50_000));
  const small = insert("small");
  await expect(large).rejects.toThrow(StoreError);
  await expect(small).resolves.toBeUndefined();
  await expect(insert("x".repeat(50_000))).rejects.toThrow(/the state file cannot be used: database or disk is full/u);
  expect(group.trouble()).toMatch(/full/u);
  expect(database.prepare("SELECT x FROM t").all()).toEqual([{ x: "small" }]);
  await group.perform(() => undefined);
  expect(group.trouble()).toBeUndefined();
  database.close();
});

it("puts what arrives in one turn into one transaction, in order", async () => {
  const database = new DatabaseSync(":memory:");
  const ends: number[] = [];
  const seen: number[] = [];
  const group = createGroup(database, () => void ends.push(seen.length));
  await Promise.all([1, 2, 3].map((number) => group.perform(() => seen.push(number))));
  await group.perform(() => seen.push(4));
  expect(seen).toEqual([1, 2, 3, 4]);
  expect(ends).toEqual([3, 4]);
  database.close();
});
