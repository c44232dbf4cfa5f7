// `checkrein reload` against a running sidecar: says what has changed, or all that is wrong.
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { reload as command } from "../../src/cli/reload.ts";
import { backendFile, getOrder, orders, writeContracts } from "../support/contracts-folder.ts";
import { ADMIN_TOKEN, type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type Ended, callCommand, runCommand } from "./command.ts";

let app: RunningApp;
const values = writeContracts({ url: "http://127.0.0.1:9" });
const folder = writeContracts({
  "orders.json": JSON.stringify(orders),
  "backend.ts": backendFile(),
  "get-order.ts": getOrder(),
});
beforeAll(async () => {
  vi.stubEnv("CHECKREIN_ADMIN_TOKEN", ADMIN_TOKEN);
  const environment = { ORDERS_URL_FILE: join(values, "url") };
  app = await startRunningApp({ contracts: folder, environment, flags: ["--watch=false"] });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await app.stop();
});

const reload = (...words: readonly string[]): ReturnType<typeof callCommand> =>
  callCommand(command, [...words, "--admin-url", app.app.adminUrl]);
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

it("says that the files are as they were", async () => {
  const words = ["reload", "--admin-url", app.app.adminUrl];
  const ended: Ended = await runCommand(words, { environment: { CHECKREIN_ADMIN_TOKEN: ADMIN_TOKEN }, folder });
  expect(ended).toMatchObject({ exitCode: 0 });
  expect(ended.stdout).toMatch(/^version [0-9a-f]{12}: the files are as they were\n$/);
});

it("names the tools that are new, others and gone", async () => {
  write("read-order.ts", getOrder("rest: false,", "read_order"));
  write("get-order.ts", getOrder("deadlineMs: 900,"));
  const { exitCode, stdout } = await reload();
  expect([exitCode, stdout.split("\n").slice(1)]).toEqual([0, ["added: read_order", "changed: get_order", ""]]);
  rmSync(join(folder, "read-order.ts"));
  expect((await reload()).stdout).toContain("removed: read_order\n");
});

it("tells new values from other contracts", async () => {
  writeFileSync(join(values, "url"), "http://127.0.0.1:10");
  expect((await reload()).stdout).toMatch(/^version [0-9a-f]{12} is served on: the same contracts, with new values\n$/);
  writeFileSync(join(values, "url"), "http://127.0.0.1:9");
  write("get-order.ts", getOrder("deadlineMs: 800,"));
  expect((await reload()).stdout).toMatch(
    / is served now, instead of [0-9a-f]{12}, with new values\nchanged: get_order\n$/,
  );
  renameSync(join(folder, "get-order.ts"), join(folder, "order.ts"));
  expect((await reload()).stdout).toMatch(/ is served on: the same contracts, in files of other names\n/);
  renameSync(join(folder, "order.ts"), join(folder, "get-order.ts"));
  await reload();
});

it("prints every problem, and that the earlier contracts are served on", async () => {
  write("get-order.ts", getOrder("deadlineMs: -1, attempts: 0,"));
  const { exitCode, stdout } = await reload();
  expect(exitCode).toBe(1);
  expect(stdout).toContain("get-order.ts: deadlineMs:");
  expect(stdout).toContain("get-order.ts: attempts:");
  expect(stdout).toMatch(/2 problems\n.*version [0-9a-f]{12} is served on/s);
});

it("takes no other words", async () => {
  expect((await reload("now")).exitCode).toBe(2);
});
