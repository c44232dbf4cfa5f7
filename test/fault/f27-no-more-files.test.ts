// F27: the process may open few files. Connections of agents get half of them; where none are left all the same, nothing crashes,
// calls are refused as `overloaded`, and it works again as soon as there are some.
import { spawnSync } from "node:child_process";
import { afterEach, expect, it } from "vitest";
import { type Sidecar, startSidecar } from "./bounds/sidecar.ts";
import { openAgents } from "./bounds/raw-agent.ts";

const canLimit = spawnSync("prlimit", ["--version"]).status === 0;
let sidecar: Sidecar;
afterEach(() => sidecar.stop());

it.runIf(canLimit)("serves those who call with a limit of 256, however many connect", async () => {
  sidecar = await startSidecar({ through: ["prlimit", "--nofile=256:256"] });
  const agents = await openAgents(600, sidecar.port);
  expect(sidecar.openFiles()).toBeLessThan(220);
  for (const tool of ["read_well", "write_well", "keep_well"]) expect((await sidecar.call(tool)).status).toBe(200);
  expect((await sidecar.admin("/readyz")).status).toBe(200);
  const parallel = await sidecar.many(100, "read_well");
  expect(parallel.filter(({ status, code }) => status !== 200 && code !== "overloaded")).toEqual([]);
  for (const { socket } of agents) socket.destroy();
  await expect.poll(async () => (await sidecar.call("read_well")).status).toBe(200);
});

it.runIf(canLimit)("lives through having none left, and recovers", async () => {
  sidecar = await startSidecar();
  const { pid } = sidecar.child.process;
  const allow = (files: number): void => void spawnSync("prlimit", ["--pid", String(pid), `--nofile=${files}:20000`]);
  expect((await sidecar.call("read_well")).status).toBe(200); // its connection stays
  allow(sidecar.openFiles());
  const agents = await openAgents(30, sidecar.port);
  const told = await sidecar.call("read_sick"); // its backend has no connection yet
  expect([told.status, told.code, told.forwarded]).toEqual([503, "overloaded", "no"]);
  expect(sidecar.child.process.exitCode).toBeNull();
  allow(20_000);
  for (const { socket } of agents) socket.destroy();
  await expect.poll(async () => (await sidecar.call("read_sick")).status, { timeout: 5000 }).toBe(200);
  expect((await sidecar.many(20, "read_well")).filter(({ status }) => status !== 200)).toEqual([]);
});
