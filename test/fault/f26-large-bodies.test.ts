// F26: a thousand of the largest bodies at once, in little memory, each of them a valid call that takes fifty times its bytes
// when it is read. Some calls take place, all others are refused as `overloaded`, and the process lives on. The same for answers:
// they wait for each other, and what waits too long is the sidecar's trouble and not the backend's.
import { afterAll, beforeAll, expect, it } from "vitest";
import { OK, type Sidecar, startSidecar } from "./bounds/sidecar.ts";
import { openAgents, post } from "./bounds/raw-agent.ts";
import { httpAnswer } from "../support/socket-backend.ts";

const MOST_MIB = 256;
const PARALLEL = process.env["LONG"] === "1" ? 1000 : 300;
let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar({ flags: ["--max-old-space-size=128", "--max-semi-space-size=4"] });
  await sidecar.many(50, "write_well");
});
afterAll(() => sidecar.stop());

/** 1 MiB less a few bytes. */
const BODY = `{"id":"a","parts":[${"{},".repeat(349_000)}{}]}`;

it("refuses what is too much, and stays in its memory", async () => {
  const request = Buffer.from(post("/well/things", BODY));
  const agents = await openAgents(PARALLEL, sidecar.port);
  for (const { socket } of agents) socket.write(request);
  const answered = (): number => agents.filter((agent) => agent.text().includes("\r\n\r\n")).length;
  await expect.poll(answered, { timeout: 100_000, interval: 200 }).toBe(PARALLEL);
  const statuses = agents.map((agent) => agent.text().slice(9, 12));
  expect(new Set(statuses)).toEqual(new Set(["200", "503"]));
  const refused = agents.filter((agent) => agent.text().slice(9, 12) === "503");
  expect(refused.every((agent) => agent.text().includes('"code":"overloaded"'))).toBe(true);
  for (const { socket } of agents) socket.destroy();
  expect(sidecar.memory("peak")).toBeLessThan(MOST_MIB);
  await expect.poll(async () => (await sidecar.call("write_well")).status, { timeout: 5000 }).toBe(200);
  expect(await sidecar.inFlight()).toBe(0);
}, 120_000);

it("reads large answers one after the other, and stays in its memory", async () => {
  const whole = httpAnswer(200, `{"ok":true,"parts":[${"{},".repeat(340_000)}{}]}`);
  sidecar.well.play((socket) => {
    socket.write(whole.slice(0, 500_000));
    setTimeout(() => socket.write(whole.slice(500_000)), 50);
  });
  const told = await sidecar.many(PARALLEL / 2, "read_well");
  expect(told.filter(({ status }) => status === 200).length).toBeGreaterThan(2);
  const codes = new Set(told.map(({ code }) => code));
  for (const code of codes) expect(["", "overloaded", "upstream_timeout"]).toContain(code);
  expect(sidecar.memory("peak")).toBeLessThan(MOST_MIB);
  sidecar.well.play(OK);
  await expect.poll(async () => (await sidecar.call("read_well")).status, { timeout: 5000 }).toBe(200);
  expect(await sidecar.inFlight()).toBe(0);
}, 120_000);
